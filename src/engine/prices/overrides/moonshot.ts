/** Moonshot's prices of the Kimi API. Highspeed reads its cache at the plain model's price in K3.1, at twice that in K2.7. */
import type { ProviderLines } from './line';

const k3 = 'https://platform.kimi.ai/docs/pricing/chat-k3';
const k31 = 'https://docs.apiyi.com/en/api-capabilities/kimi-k3-1/overview';
const k2 = 'https://platform.kimi.ai/docs/pricing/chat';

export const moonshot: ProviderLines = {
  provider: 'moonshotai',
  cacheFallback: 'input',
  lines: [
    // Told by a reseller at list price; Moonshot's own page of K3.1 was not at hand.
    { models: ['kimi-k3.1-pro'], in: 2, out: 10, read: 0.2, write5m: 2, write1h: 4, source: k31, seen: '2026-10-25' },
    {
      models: ['kimi-k3.1-pro-highspeed'],
      ...{ in: 4, out: 20, read: 0.2, write5m: 4, write1h: 8 },
      source: k31,
      seen: '2026-10-25',
    },
    { models: ['kimi-k3'], in: 3, out: 15, read: 0.3, source: k3, seen: '2026-09-23' },
    { models: ['kimi-k2.7-code'], in: 0.95, out: 4, read: 0.19, source: k2, seen: '2026-09-23' },
    { models: ['kimi-k2.7-code-highspeed'], in: 1.9, out: 8, read: 0.38, source: k2, seen: '2026-09-23' },
    { models: ['kimi-k2.6'], in: 0.95, out: 4, read: 0.16, source: k2, seen: '2026-09-23' },
    { models: ['kimi-k2.5'], in: 0.6, out: 3, read: 0.1, source: k2, seen: '2026-09-23' },
  ],
};
