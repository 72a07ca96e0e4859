/** The version of the built-in prices, known without loading them. Every event that is rated from them keeps it. */

/** Raise it with every change below `overrides/`. */
const overridesVersion = '2';

/** Of the package that is bundled, and the day on which that was published; a test compares it with the installed one. */
export const packageVersion = '0.1.8';
export const packageDay = '2026-09-23';

export const priceVersion = `genai-prices ${packageVersion} + overrides ${overridesVersion}`;

/** `feed`: the version of the list that was fetched and taken; empty: there is none. */
export function builtInVersion(feed: string): string {
  return feed === '' ? priceVersion : `${priceVersion} + ${feed}`;
}
