/** "Did you mean": the known word that a misspelt one is nearest to. */

/** `null` when none is near enough to be meant. */
export function suggest(word: string, known: Iterable<string>): string | null {
  const wanted = normal(word);
  let best: string | null = null;
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const candidate of known) {
    const spelt = normal(candidate);
    // The difference in length is the least that the distance can be.
    if (Math.abs(spelt.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, spelt);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `maxCostPerDay`, `max-cost-per-day` and `max_cost_per_day` are one word. */
function normal(word: string): string {
  return word
    .slice(0, 80)
    .replace(/[-_.\s]/g, '')
    .toLowerCase();
}

/** Letters put in, left out, changed or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let twoAgo: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (twoAgo[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    twoAgo = before;
    before = row;
  }
  return before[b.length] ?? 0;
}
