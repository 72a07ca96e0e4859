/** What can only be done to a ledger while no window has it open: torn writes, flipped bits, lost directories, audits. */
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { audit, hashOf, integrity } from './audit';
import { Broken, type Campaign } from './campaign';
import { claimStale, flip, staleClaims, tear } from './damage';
import { leadFor } from './faultyLead';
import { keyOf } from './truth';

const most = 3;

export async function allDown(campaign: Campaign): Promise<void> {
  const { random, figures, dataDirectory } = campaign;
  await campaign.settle();
  await Promise.all(campaign.windows.map((window) => (random.chance(0.5) ? window.close() : window.kill())));
  await campaign.settleWithoutWindows();
  let take: () => void = () => undefined;
  for (let step = random.between(1, 3); step > 0; step--) {
    const what = random.weighted([
      ['torn write', 3],
      ['flipped bit in a copy', 3],
      ['checkpoint, integrity and every event', 2],
      ['lead directory deleted', 1],
      ['stale claim', 1],
    ] as const);
    figures.count(`all down: ${what}`);
    if (what === 'torn write') tear(dataDirectory, random);
    else if (what === 'flipped bit in a copy') await flipped(campaign);
    else if (what === 'checkpoint, integrity and every event') await checkpointed(campaign);
    else if (what === 'lead directory deleted')
      rmSync(path.join(dataDirectory, 'lead'), { recursive: true, force: true });
    else {
      take();
      take = await claimStale(dataDirectory, random.pick(staleClaims), campaign.environment['TMPDIR'] ?? '');
    }
  }
  // As when an editor opens again all the windows it had.
  const windows = Array.from({ length: random.between(1, most) }, () => campaign.start());
  await campaign.untilAnswered(windows);
  take();
}

/** Forces a checkpoint, has a stock SQLite look at it, and finds every event in it exactly once. Log lines not yet read may lack. */
export async function checkpointed(campaign: Campaign): Promise<void> {
  const { dataDirectory, wasmPath, truth, figures, environment } = campaign;
  const notices = await leadFor({ dataDirectory, wasmPath, nowMs: campaign.clock.now() }, async (ledger) => {
    await ledger.checkpoint();
    return ledger.notices;
  });
  if (notices === null) throw new Broken('nobody else is there, and still the lead could not be claimed');
  if (notices.length > 0) throw new Broken(`the ledger is said to be damaged: ${JSON.stringify(notices)}`);
  const left = readdirSync(path.join(dataDirectory, 'journal')).filter((name) => name.endsWith('.ndjson'));
  if (left.length > 0) throw new Broken(`segments are left after a checkpoint: ${left.join()}`);
  const { by, verdict } = integrity(path.join(dataDirectory, 'ledger.sqlite'), environment);
  if (verdict !== 'ok' && verdict !== '') throw new Broken(`integrity_check by ${by}: ${verdict}`);
  figures.note(`integrity_check by ${by}: ok`);
  const { wrong, lost, doubled } = await audit(dataDirectory, truth, (_, call) => campaign.unread.has(keyOf(call)));
  figures.count('events audited one by one', truth.size);
  figures.count('events lost', lost);
  figures.count('events doubled', doubled);
  if (wrong.length > 0) throw new Broken(`the checkpoint is wrong:\n${wrong.slice(0, 20).join('\n')}`);
}

/** In a copy of the directory: the rest is kept, the logs are read again, and the user is told. */
async function flipped(campaign: Campaign): Promise<void> {
  const { dataDirectory, truth, figures, logs, random, options, wasmPath } = campaign;
  const copy = path.join(options.folder, 'copy');
  rmSync(copy, { recursive: true, force: true });
  // A window may be killed before it has made anything.
  if (!existsSync(dataDirectory)) return;
  cpSync(dataDirectory, copy, { recursive: true, filter: (from) => !statSync(from).isSocket() });
  const damage = await flip(copy, random);
  if (damage === null) return;
  const window = campaign.start(copy);
  await campaign.untilAnswered([window]);
  await window.refresh();
  const told = window.meter?.problems.some(({ id }) => /^ledger\.(corrupt|damaged)\./.test(id)) === true;
  await window.close();
  figures.count(`flipped bit in the ${damage.place}${told ? ', told' : ''}`);
  const broken = (why: string): Broken => new Broken(`after a flipped bit (${damage.where}): ${why}`);
  if (damage.mustTell && !told) throw broken('nobody was told');
  await leadFor({ dataDirectory: copy, wasmPath, nowMs: campaign.clock.now() }, (ledger) => ledger.checkpoint());
  const readable = logs.readable();
  const { mayLack } = damage;
  const verdict = await audit(copy, truth, (key, call) =>
    mayLack === 'any' ? told && !readable.has(key) : mayLack.has(hashOf(call)) && !readable.has(key),
  );
  if (verdict.wrong.length > 0) {
    const first = verdict.wrong.slice(0, 10).join('\n');
    if (damage.place === 'journal') throw broken(first);
    // What a flipped bit made of a number is salvaged as it stands; that is why the user is told.
    figures.note('flipped bit in the checkpoint changed what was salvaged, told');
  }
  rmSync(copy, { recursive: true, force: true });
}
