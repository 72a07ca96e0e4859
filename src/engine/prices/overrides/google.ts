/**
 * Google's prices of the Gemini API. Those of Pro double above 200,000 tokens; Gemini 4's are the same for any prompt. Introductory
 * prices end on the days that the page names: they are lines of their own, so that the new ones hold from the first minute.
 */
import type { ProviderLines } from './line';

const source = 'https://ai.google.dev/gemini-api/docs/pricing';
const november = { source, seen: '2026-11-19' };
const september = { source, seen: '2026-09-30' };
const gemini4 = { webSearches: 14, ...november };
const introductory = { in: 0.75, out: 3.75, read: 0.075 };
const pro = { in: 2, out: 12, read: 0.2, bands: [{ above: 200_000, in: 4, out: 18, read: 0.4 }] };

export const google: ProviderLines = {
  provider: 'google',
  cacheFallback: 'input',
  lines: [
    { models: ['gemini-4-neon'], in: 3, out: 15, read: 0.15, ...gemini4 },
    { models: ['gemini-4-hydrogen'], in: 1.5, out: 7.5, read: 0.075, ...gemini4 },
    { models: ['gemini-4-carbon'], in: 2, out: 10, read: 0.1, ...gemini4 },
    { models: ['gemini-4-carbon'], from: '2026-12-01', in: 4, out: 20, read: 0.2, ...gemini4 },
    { models: ['gemini-4-argon'], in: 2, out: 10, read: 0.1, ...gemini4 },
    { models: ['gemini-4-argon'], from: '2026-12-01', in: 4, out: 20, read: 0.2, ...gemini4 },
    { models: ['gemini-3.8-flash'], ...introductory, ...september },
    { models: ['gemini-3.8-flash'], from: '2027-01-01', in: 1.5, out: 7.5, read: 0.15, ...september },
    { models: ['gemini-3.7-flash'], ...introductory, ...september },
    { models: ['gemini-3.7-flash'], from: '2027-01-01', in: 1.5, out: 7.5, read: 0.15, ...september },
    { models: ['gemini-3.5-flash'], in: 1.5, out: 9, read: 0.15, ...september },
    { models: ['gemini-3.5-flash-lite'], in: 0.3, out: 2.5, read: 0.03, ...september },
    { models: ['gemini-3.1-pro-preview', 'gemini-3.1-pro'], ...pro, ...september },
    { models: ['gemini-3.1-flash-lite'], in: 0.25, out: 1.5, read: 0.025, ...september },
    { models: ['gemini-3-flash-preview', 'gemini-3-flash'], in: 0.5, out: 3, read: 0.05, ...september },
    {
      models: ['gemini-2.5-pro'],
      ...{ in: 1.25, out: 10, read: 0.125, bands: [{ above: 200_000, in: 2.5, out: 15, read: 0.25 }] },
      ...september,
    },
    { models: ['gemini-2.5-flash'], in: 0.3, out: 2.5, read: 0.03, ...september },
    { models: ['gemini-2.5-flash-lite'], in: 0.1, out: 0.4, read: 0.01, ...september },
  ],
};
