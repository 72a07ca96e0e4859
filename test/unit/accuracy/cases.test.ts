/** Reported mistakes of meters, one folder of transcripts each, with what is right: to the token and to the nano-dollar. */
import { cpSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inRepository } from '../../support/paths.mjs';
import { newPlace, read } from './meter';

interface Case {
  /** In test/fixtures/cases. */
  folder: string;
  /** With advisors, compactions and attempts. */
  calls: number;
  tokens: number;
  nanos: number;
}

test.each<Case>([
  // 180,000 in and 3,500 out of a compaction are in no top level.
  { folder: 'i01-compaction-iteration', calls: 2, tokens: 207_500, nanos: 225_600_000 },
  // Two prompts below a threshold that only their sum is above; and an advisor.
  { folder: 'i03-tier-by-iteration', calls: 3, tokens: 544_904, nanos: 1_107_156_200 },
  // `msg_1` in two sessions, the first of which a third resumes.
  { folder: 't02-proxy-reuses-ids', calls: 2, tokens: 4700, nanos: 22_500_000 },
])('$folder', async ({ folder, calls, tokens, nanos }) => {
  const place = newPlace();
  cpSync(inRepository('test/fixtures/cases', folder), path.join(place.claude, 'projects', '-home-dev-shop'), {
    recursive: true,
  });
  const total = await read(place, (meter) => meter.total());
  expect(total).toMatchObject({ events: calls, unpricedEvents: 0, nanos });
  expect(total.input + total.output + total.cacheRead + total.cacheWrite).toBe(tokens);
  // Read again, into the same ledger.
  expect(await read(place, (meter) => meter.total())).toEqual(total);
});
