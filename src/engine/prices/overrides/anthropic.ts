/** Anthropic's prices. A long prompt costs more at Haiku 5.5, at Sonnet 4.5, and did at Opus and Sonnet 4.6 before 13 March 2026. */
import type { LinePrices, ProviderLines } from './line';

const source = 'https://platform.claude.com/docs/en/about-claude/pricing';
/** Days on which the whole page was compared with such a table. */
const october = { source, seen: '2026-10-24' };
const webSearches = 10;
const opus = { in: 5, out: 25, read: 0.5, write5m: 6.25, write1h: 10, webSearches };
const sonnet = { in: 3, out: 15, read: 0.3, write5m: 3.75, write1h: 6, webSearches };
const fable = { in: 10, out: 50, read: 1, write5m: 12.5, write1h: 20, webSearches };
const sonnet5 = { in: 2, out: 10, read: 0.2, write5m: 2.5, write1h: 4, webSearches };
const above200k = ({ in: input, out, read = 0, write5m = 0, write1h = 0 }: LinePrices) => ({
  bands: [
    { above: 200_000, in: 2 * input, out: 1.5 * out, read: 2 * read, write5m: 2 * write5m, write1h: 2 * write1h },
  ],
});

export const anthropic: ProviderLines = {
  provider: 'anthropic',
  cacheFallback: 'claude',
  lines: [
    {
      models: ['claude-fable-5-2'],
      ...{ in: 8, out: 40, read: 0.2, write5m: 10, write1h: 16, webSearches },
      source,
      seen: '2026-11-10',
    },
    { models: ['claude-fable-5-1'], ...fable, read: 0.25, ...october },
    { models: ['claude-mythos-5-1'], ...fable, read: 0.25, ...october },
    { models: ['claude-fable-5'], ...fable, ...october },
    { models: ['claude-mythos-5'], ...fable, ...october },
    { models: ['claude-opus-5-5'], in: 4, out: 20, read: 0.2, write5m: 5, write1h: 8, webSearches, ...october },
    { models: ['claude-opus-5'], ...opus, ...october },
    { models: ['claude-opus-4-8'], ...opus, ...october },
    { models: ['claude-opus-4-7'], ...opus, ...october },
    { models: ['claude-opus-4-6'], ...opus, ...above200k(opus), ...october },
    { models: ['claude-opus-4-6'], from: '2026-03-13', ...opus, ...october },
    { models: ['claude-opus-4-5'], ...opus, ...october },
    { models: ['claude-sonnet-5-5'], ...sonnet5, ...october },
    // Cache reads were halved on that day.
    { models: ['claude-sonnet-5-5'], from: '2026-10-07', ...sonnet5, read: 0.1, ...october },
    { models: ['claude-sonnet-5'], ...sonnet5, ...october },
    { models: ['claude-sonnet-4-6'], ...sonnet, ...above200k(sonnet), ...october },
    { models: ['claude-sonnet-4-6'], from: '2026-03-13', ...sonnet, ...october },
    { models: ['claude-sonnet-4-5'], ...sonnet, ...above200k(sonnet), ...october },
    {
      models: ['claude-haiku-5-5'],
      ...{ in: 0.1, out: 0.5, read: 0.01, write5m: 0.125, write1h: 0.2, webSearches },
      bands: [{ above: 100_000, in: 0.5, out: 2.5, read: 0.05, write5m: 0.625, write1h: 1 }],
      source: 'https://platform.claude.com/docs/en/models/haiku-5-5/overview',
      seen: '2026-10-24',
    },
    { models: ['claude-haiku-4-5'], in: 1, out: 5, read: 0.1, write5m: 1.25, write1h: 2, webSearches, ...october },
  ],
};
