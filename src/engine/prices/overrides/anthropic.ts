/** Anthropic's prices. Prompts of any length cost the same but for Haiku 5.5's, and before March 2026 those of Sonnet and Opus 4. */
import type { ProviderLines } from './line';

const pricing = { source: 'https://platform.claude.com/docs/en/about-claude/pricing', seen: '2026-11-30' };
const webSearches = 10;
const opus = { in: 5, out: 25, read: 0.5, write5m: 6.25, write1h: 10, webSearches };
const fable = { in: 10, out: 50, read: 1, write5m: 12.5, write1h: 20, webSearches };
const sonnet55 = { in: 2, out: 10, write5m: 2.5, write1h: 4, webSearches };

export const anthropic: ProviderLines = {
  provider: 'anthropic',
  cacheFallback: 'claude',
  lines: [
    { models: ['claude-fable-5-2'], in: 8, out: 40, read: 0.2, write5m: 10, write1h: 16, webSearches, ...pricing },
    { models: ['claude-fable-5-1', 'claude-mythos-5-1'], ...fable, read: 0.25, ...pricing },
    { models: ['claude-fable-5', 'claude-mythos-5'], ...fable, ...pricing },
    { models: ['claude-opus-5-5'], in: 4, out: 20, read: 0.2, write5m: 5, write1h: 8, webSearches, ...pricing },
    { models: ['claude-opus-5'], ...opus, ...pricing },
    { models: ['claude-opus-4-8'], ...opus, ...pricing },
    { models: ['claude-opus-4-7'], ...opus, ...pricing },
    { models: ['claude-sonnet-5-5'], ...sonnet55, read: 0.2, ...pricing },
    // Cache reads were halved on that day (release notes of the API, 2026-10-07).
    { models: ['claude-sonnet-5-5'], from: '2026-10-07', ...sonnet55, read: 0.1, ...pricing },
    { models: ['claude-sonnet-5'], in: 2, out: 10, read: 0.2, write5m: 2.5, write1h: 4, webSearches, ...pricing },
    {
      models: ['claude-haiku-5-5'],
      ...{ in: 0.1, out: 0.5, read: 0.01, write5m: 0.125, write1h: 0.2, webSearches },
      bands: [{ above: 100_000, in: 0.5, out: 2.5, read: 0.05, write5m: 0.625, write1h: 1 }],
      source: 'https://platform.claude.com/docs/en/models/haiku-5-5/overview',
      seen: '2026-11-30',
    },
    { models: ['claude-haiku-4-5'], in: 1, out: 5, read: 0.1, write5m: 1.25, write1h: 2, webSearches, ...pricing },
  ],
};
