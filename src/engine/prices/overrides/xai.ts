/** xAI's prices. A prompt of 200,000 tokens is a long one already: "requests whose prompt reaches 200k tokens". */
import type { LinePrices, ProviderLines } from './line';

const models = 'https://docs.x.ai/developers/models';

/** Everything doubles. */
function withLong(prices: Required<Pick<LinePrices, 'in' | 'out' | 'read'>>) {
  const { in: input, out, read } = prices;
  const band = { above: 200_000, inclusive: true as const, in: 2 * input, out: 2 * out, read: 2 * read };
  return { ...prices, bands: [band] };
}

const flagship = withLong({ in: 2, out: 6, read: 0.5 });
const standard = withLong({ in: 1.25, out: 2.5, read: 0.2 });
const build = withLong({ in: 1, out: 2, read: 0.2 });

export const xai: ProviderLines = {
  provider: 'x-ai',
  cacheFallback: 'input',
  lines: [
    { models: ['grok-4.7', 'grok-4.7-latest'], ...flagship, source: models, seen: '2026-09-29' },
    { models: ['grok-4.6', 'grok-4.6-latest'], ...flagship, source: models, seen: '2026-09-29' },
    { models: ['grok-4.3', 'grok-4.3-latest'], ...standard, source: models, seen: '2026-09-23' },
    {
      models: ['grok-4.20', 'grok-4.20-0309', 'grok-4.20-reasoning', 'grok-4.20-0309-reasoning', 'grok-4.20-beta'],
      ...standard,
      source: 'https://docs.x.ai/developers/models/grok-4.20-0309',
      seen: '2026-09-23',
    },
    { models: ['grok-4.20-non-reasoning', 'grok-4.20-0309-non-reasoning'], ...standard, source: models, seen: '2026-07-13' },
    { models: ['grok-build-0.1'], ...build, source: models, seen: '2026-09-23' },
  ],
}; // prettier-ignore
