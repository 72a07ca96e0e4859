/** What a round can do while windows are up. Each says how often it is picked, and whether figures may lag behind it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../src/ledger/ledger';
import type { Campaign } from './campaign';
import { claimStale, staleClaims } from './damage';
import { faultyIo, leadFor, ratedEvent, stoppingIo } from './faultyLead';
import { allDown } from './allDown';
import { logActions, type LogAction } from './logs';

interface Action {
  weight: number;
  disturbs: boolean;
  do: (campaign: Campaign) => Promise<void> | void;
}

const mostWindows = 4;
const hourMs = 3_600_000;
const clockOffsetsMs = [0, hourMs, -12 * hourMs, -hourMs / 2, 3 * 24 * hourMs, 20 * 24 * hourMs];

export const actions: Record<string, Action> = {
  'report, single': { weight: 6, disturbs: false, do: (campaign) => reports(campaign, 1, 5, 1) },
  'report, list': { weight: 4, disturbs: false, do: (campaign) => reports(campaign, 1, 3, 40) },
  'report, 5000 at once': { weight: 0.25, disturbs: true, do: (campaign) => reports(campaign, 1, 1, 5_000) },
  'report, same call by several windows': { weight: 2, disturbs: false, do: sameCall },
  'report, better copies': { weight: 2, disturbs: false, do: betterCopies },
  'log, append': log('append', 5),
  'log, half a line': log('half', 2),
  'log, fork': log('fork', 1),
  'log, vanish': log('vanish', 1),
  'log, rewrite': log('rewrite', 1),
  'window, start': { weight: 4, disturbs: true, do: startWindow },
  'window, orderly close': { weight: 1.5, disturbs: true, do: closeWindow },
  'window, kill -9': { weight: 2.5, disturbs: true, do: (campaign) => killWindow(campaign) },
  'window, kill -9 of the lead': { weight: 2.5, disturbs: true, do: killLead },
  'lead, SIGSTOP and SIGCONT': { weight: 1.5, disturbs: true, do: suspendLead },
  'lead, another takes over at once': { weight: 1, disturbs: true, do: (campaign) => secondLead(campaign, false) },
  'lead, another with a failing disk': { weight: 1, disturbs: true, do: (campaign) => secondLead(campaign, true) },
  'lead, stopped as it replaces the checkpoint': { weight: 1, disturbs: true, do: stopAtCheckpoint },
  'lead, stale claim above it': { weight: 0.7, disturbs: true, do: staleClaim },
  'clock jumps': { weight: 1, disturbs: true, do: jump },
  'disk full': { weight: 2, disturbs: true, do: fillDisk },
  'all down, then damage': { weight: 0.8, disturbs: true, do: allDown },
};

/** One round: some actions, reports in flight all along, then the comparison. */
export async function round(campaign: Campaign): Promise<void> {
  const { random, figures } = campaign;
  campaign.disturbed = false;
  campaign.done = [];
  const list = Object.entries(actions).filter(([name]) => name !== 'disk full' || campaign.disk !== null);
  const many = random.between(1, 5);
  for (let step = 0; step < many; step++) {
    while (campaign.awake.length === 0) {
      campaign.disturbed = true;
      campaign.start();
    }
    const [name, action] = random.weighted(list.map((entry) => [entry, entry[1].weight] as const));
    campaign.disturbed ||= action.disturbs;
    figures.count(name);
    campaign.done.push(name);
    await action.do(campaign);
    if (random.chance(0.3)) await sleep(random.below(150));
  }
  await campaign.settle();
  await campaign.verify();
}

function reports(campaign: Campaign, least: number, most: number, longest: number): void {
  const { random, calls } = campaign;
  for (let report = random.between(least, most); report > 0; report--) {
    const length = longest > 100 ? longest : random.between(1, longest);
    campaign.report(Array.from({ length }, () => calls.make('api')));
  }
}

function sameCall(campaign: Campaign): void {
  const call = campaign.calls.make('api');
  for (const window of campaign.awake) campaign.report([call, call], window);
}

function betterCopies(campaign: Campaign): void {
  let call = campaign.calls.make('api');
  const copies = [call];
  while (copies.length < 4) copies.push((call = campaign.calls.improved(call)));
  while (copies.length > 0) campaign.report(copies.splice(campaign.random.below(copies.length), 1));
}

function log(action: LogAction, weight: number): Action {
  return {
    weight,
    disturbs: false,
    do: (campaign) => {
      campaign.logs.do(action);
      campaign.changed();
    },
  };
}

function startWindow(campaign: Campaign): void {
  const { windows, random } = campaign;
  for (let more = random.between(1, 2); more > 0 && windows.filter(({ alive }) => alive).length < mostWindows; more--) {
    campaign.start();
  }
}

async function closeWindow(campaign: Campaign): Promise<void> {
  reports(campaign, 1, 4, 3);
  const window = campaign.random.pick(campaign.awake);
  const closing = window.close();
  reportWhileAny(campaign);
  await closing;
}

async function killWindow(campaign: Campaign, victim = campaign.random.pick(campaign.awake)): Promise<void> {
  const { random, figures } = campaign;
  reports(campaign, 1, 6, 3);
  if (random.chance(0.5)) await sleep(random.below(20));
  const wasLead = (await campaign.lead()) === victim;
  figures.count(wasLead ? 'killed: a lead' : 'killed: a follower');
  const dying = victim.kill();
  const { awake } = campaign;
  if (wasLead && awake.length > 0 && !campaign.diskIsFull)
    campaign.tookOver('killed', await campaign.untilAnswered(awake));
  await dying;
}

async function killLead(campaign: Campaign): Promise<void> {
  const lead = await campaign.lead();
  if (lead?.awake === true) await killWindow(campaign, lead);
  else await killWindow(campaign);
}

/** As a suspended laptop or a debugger would; with reports waiting in the sleeper when it wakes. */
async function suspendLead(campaign: Campaign): Promise<void> {
  const { random } = campaign;
  const lead = await campaign.lead();
  if (lead?.awake !== true) return;
  // A window that has not joined yet waits for nobody.
  await Promise.all(campaign.awake.map((window) => window.api('status')));
  const sleepMs = random.between(500, campaign.options.longestSleepMs ?? 4_000);
  campaign.report([campaign.calls.make('api')], lead);
  lead.suspend();
  campaign.report([campaign.calls.make('api')], lead);
  const others = campaign.awake;
  const waking = sleep(sleepMs).then(() => {
    if (lead.suspended) lead.resume();
  });
  if (others.length > 0) {
    reports(campaign, 1, 3, 3);
    const ms = await campaign.untilAnswered(others);
    if (lead.suspended) campaign.tookOver('hung', ms);
    reports(campaign, 1, 3, 3);
  }
  await waking;
}

/** Somebody else writes a journal and a checkpoint while the windows' lead still believes in itself. */
async function secondLead(campaign: Campaign, fails: boolean): Promise<void> {
  const { random, calls, truth, figures, dataDirectory, wasmPath } = campaign;
  reports(campaign, 1, 3, 5);
  const io = fails ? faultyIo(() => random.chance(0.15)) : undefined;
  const lead = leadFor(
    { dataDirectory, wasmPath, nowMs: campaign.clock.now() },
    async (ledger) => {
      for (let step = random.between(2, 6); step > 0; step--) {
        const batch = Array.from({ length: random.between(1, 8) }, () => calls.make('api'));
        try {
          await ledger.append({ events: batch.map(ratedEvent), cursors: [] });
          for (const call of batch) truth.take(call);
        } catch {
          figures.count('refused by a failing disk', batch.length);
          campaign.refuse(batch);
        }
        if (random.chance(0.4))
          await ledger.checkpoint().catch(() => figures.count('checkpoint failed on a failing disk'));
        else if (random.chance(0.4)) await ledger.absorb();
      }
      figures.count('checkpoint by a second lead');
      await ledger.checkpoint().catch(() => figures.count('checkpoint failed on a failing disk'));
    },
    io,
  );
  reports(campaign, 1, 3, 5);
  const led = await lead.catch((error: unknown) => {
    // Its own disk failed while it opened the ledger: it never led.
    if (!fails) throw error;
    return null;
  });
  if (led === null) figures.count('a second lead did not come to lead');
  campaign.changed();
}

/** A lead that sleeps between its last look at who leads and its rename, while others lead and write checkpoints. */
async function stopAtCheckpoint(campaign: Campaign): Promise<void> {
  const { random, figures, dataDirectory, wasmPath } = campaign;
  const place = { dataDirectory, wasmPath, nowMs: campaign.clock.now() };
  const stop = stoppingIo();
  const sleeper = leadFor(
    place,
    async (ledger) => {
      await appendTo(ledger, campaign, random.between(1, 8));
      await ledger.checkpoint();
      // As of a window that was stopped with reports waiting in it.
      await appendTo(ledger, campaign, random.between(1, 8));
    },
    stop.io,
  );
  await Promise.race([stop.reached, sleeper]);
  for (let other = random.between(1, 3); other > 0; other--) {
    reports(campaign, 1, 3, 5);
    if (random.chance(0.5) && campaign.awake.length > 0) await campaign.untilAnswered(campaign.awake);
    const led = await leadFor(place, async (ledger) => {
      await appendTo(ledger, campaign, random.between(1, 8));
      await ledger.checkpoint();
    });
    figures.count(
      led === null ? 'a second lead did not come to lead' : 'checkpoint while another lead slept at its own',
    );
  }
  stop.wake();
  await sleeper;
  campaign.changed();
}

async function appendTo(ledger: Ledger, { calls, truth }: Campaign, count: number): Promise<void> {
  const batch = Array.from({ length: count }, () => calls.make('api'));
  await ledger.append({ events: batch.map(ratedEvent), cursors: [] });
  for (const call of batch) truth.take(call);
}

async function staleClaim(campaign: Campaign): Promise<void> {
  const kind = campaign.random.pick(staleClaims);
  const take = await claimStale(campaign.dataDirectory, kind, campaign.environment['TMPDIR'] ?? '');
  reports(campaign, 1, 3, 3);
  await campaign.untilAnswered(campaign.awake);
  take();
}

function jump(campaign: Campaign): void {
  const { random, figures } = campaign;
  campaign.clockOffsetMs = random.pick(clockOffsetsMs);
  const some = random.chance(0.5) ? campaign.awake : [random.pick(campaign.awake)];
  figures.count('clock jumps, windows', some.length);
  for (const window of some) window.setClock(campaign.clockAheadMs);
}

/** What is refused says so and is asked again when there is room; what is acknowledged is there. */
async function fillDisk(campaign: Campaign): Promise<void> {
  const { random, disk } = campaign;
  disk?.fill(random.pick([0, 0, 4096, 20_000]));
  campaign.diskIsFull = true;
  reports(campaign, 2, 8, 60);
  campaign.logs.do(random.pick(logActions));
  await sleep(random.between(50, 400));
  if (random.chance(0.3)) await killLead(campaign);
  if (campaign.awake.length > 0) reports(campaign, 1, 4, 20);
  await campaign.flown();
  disk?.free();
  campaign.diskIsFull = false;
}

function reportWhileAny(campaign: Campaign): void {
  if (campaign.awake.length > 0) reports(campaign, 1, 3, 3);
}
