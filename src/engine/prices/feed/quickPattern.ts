/**
 * Whether a pattern of model ids that came over the network is surely quick: one that repeats a group, or repeats often without
 * an end, can take for ever on some id, and the engine's thread with it.
 */

const longest = 300;
const mostUnbounded = 2;

export function isQuickPattern(pattern: string): boolean {
  if (pattern.length > longest) return false;
  try {
    new RegExp(pattern);
  } catch {
    return false;
  }
  // Escapes and classes stand for one character each.
  const plain = pattern.replace(/\\./g, 'a').replace(/\[(?:[^\]])*\]/g, 'a');
  const unbounded = plain.match(/[*+]|\{\d*,\}/g)?.length ?? 0;
  const isBackReference = /\\(?:[1-9]|k<)/.test(pattern);
  return !/\)[*+{?]/.test(plain) && unbounded <= mostUnbounded && !isBackReference;
}
