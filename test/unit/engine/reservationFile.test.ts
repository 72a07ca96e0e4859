/** Leads that take over from each other at the same moment: none loses what the one before it had granted. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ReservationFile, type Disk } from '../../../src/engine/budgets/reservationFile';

it('finds in the file of another lead what that one took over while it looked', () => {
  const directory = fs.mkdtempSync(join(tmpdir(), 'agent-meter-reservations-'));
  onTestFinished(() => {
    fs.rmSync(directory, { recursive: true, force: true });
  });
  const folder = join(directory, 'reservations');
  fs.mkdirSync(folder);
  const sums = { costNanos: 5, tokens: 0, requests: 1 };
  const reservation = {
    id: 'r',
    atMs: 1,
    expiresMs: 9,
    provider: 'p',
    model: 'm',
    subject: {},
    sessionStartMs: 0,
    sums,
  };
  const line = `${JSON.stringify({ t: 'hold', reservation })}\n`;
  fs.writeFileSync(join(folder, '1-1.ndjson.2.taken'), line);
  const disk: Disk = {
    ...fs,
    // The lead before this one comes to its end just when its file is read.
    readFileSync: ((name: string, encoding: 'utf8') => {
      if (name.endsWith('1-1.ndjson.2.taken')) {
        fs.writeFileSync(join(folder, '2-2.ndjson'), line);
        fs.rmSync(name);
      }
      return fs.readFileSync(name, encoding);
    }) as Disk['readFileSync'],
  };
  const file = ReservationFile.open(directory, 3, () => undefined, disk);
  expect(file.reservations()).toEqual([reservation]);
  expect(fs.readdirSync(folder)).toHaveLength(1);
  file.dispose();
});
