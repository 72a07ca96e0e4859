/** A short share of `npm run torture`: the same actions, the same comparison, a seed that never changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { round } from '../torture/actions';
import { checkpointed } from '../torture/allDown';
import { Campaign } from '../torture/campaign';
import { Figures } from '../torture/figures';
import { prepare } from '../torture/prepare.mjs';

let productDirectory = '';
beforeAll(async () => {
  productDirectory = await prepare(mkdtempSync(path.join(tmpdir(), 'product-')));
});
afterAll(() => rmSync(productDirectory, { recursive: true, force: true }));

describe.each([
  { kind: 'plain', seed: 11, rounds: 5 },
  { kind: 'long path', seed: 12, rounds: 3 },
] as const)('windows under torture, $kind', ({ kind, seed, rounds }) => {
  it(
    `agree with the truth after each of ${rounds} rounds (npm run torture -- --seed ${seed} --kind '${kind}')`,
    { timeout: 60_000 },
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'torture-'));
      const figures = new Figures();
      const campaign = new Campaign({ seed, kind, folder, productDirectory, figures, longestSleepMs: 1_500 });
      try {
        for (let done = 0; done < rounds; done++) await round(campaign);
        await campaign.settle();
        await campaign.end();
        await campaign.settleWithoutWindows();
        await checkpointed(campaign);
      } finally {
        await campaign.end();
        campaign.remove();
      }
      expect(figures.counts.get('events audited one by one')).toBeGreaterThan(0);
      expect(figures.counts.get('events lost')).toBe(0);
      expect(figures.counts.get('events doubled')).toBe(0);
    },
  );
});
