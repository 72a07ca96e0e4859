/** Mistral's prices. */
import type { ProviderLines } from './line';

const source = 'https://docs.mistral.ai/inference/pricing';
const september = { source, seen: '2026-09-23' };

export const mistral: ProviderLines = {
  provider: 'mistral',
  cacheFallback: 'input',
  lines: [
    {
      // Two gateways that pass Mistral's price through; a third list says 0.68 and 2.09.
      models: ['mistral-large-4-0', 'mistral-large-4'],
      in: 0.7,
      out: 2.1,
      source: 'https://vercel.com/ai-gateway/models/mistral/mistral-large-4',
      seen: '2026-10-29',
    },
    { models: ['mistral-large-2512'], in: 0.5, out: 1.5, read: 0.05, ...september },
    { models: ['mistral-medium-3-5', 'mistral-medium-2604'], in: 1.5, out: 7.5, read: 0.15, ...september },
    { models: ['mistral-small-2603'], in: 0.15, out: 0.6, read: 0.015, ...september },
    { models: ['codestral-2508'], in: 0.3, out: 0.9, read: 0.03, ...september },
    { models: ['devstral-2512', 'devstral-latest'], in: 0.4, out: 2, read: 0.04, ...september },
    { models: ['magistral-medium', 'magistral-medium-latest'], in: 2, out: 5, ...september },
    { models: ['ministral-3b-2512'], in: 0.1, out: 0.1, read: 0.01, ...september },
    { models: ['ministral-8b-2512'], in: 0.15, out: 0.15, read: 0.015, ...september },
    { models: ['ministral-14b-2512'], in: 0.2, out: 0.2, read: 0.02, ...september },
  ],
};
