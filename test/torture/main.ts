/** Campaign after campaign, some at a time, until the rounds or the minutes are over; then the summary. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { round } from './actions';
import { checkpointed } from './allDown';
import { Campaign, kinds } from './campaign';
import { Figures } from './figures';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    each: { type: 'string', default: '25' },
    parallel: { type: 'string', default: '2' },
    kind: { type: 'string' },
    product: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const deadline = performance.now() + Number(values.minutes) * 60_000;
const each = Number(values.each);
const productDirectory = values.product ?? '';

const figures = new Figures();
const startMs = performance.now();
let done = 0;
let planned = 0;
let campaigns = 0;
const failures: string[] = [];

async function campaignOf(number: number, length: number): Promise<void> {
  const kind = kinds.find((one) => one === values.kind) ?? kinds[number % kinds.length] ?? 'plain';
  const folder = mkdtempSync(path.join(tmpdir(), 'am-torture-'));
  const campaign = new Campaign({ seed: seed + number, kind, folder, productDirectory, figures });
  const disk =
    kind !== 'small disk' ? '' : campaign.disk === null ? ' (no tmpfs here: injected failures only)' : ' (tmpfs)';
  figures.note(`campaigns, ${kind}${disk}`);
  let at = 0;
  try {
    for (; at < length && performance.now() < deadline; at++) {
      await round(campaign);
      done++;
    }
    await campaign.settle();
    await campaign.end();
    await campaign.settleWithoutWindows();
    await checkpointed(campaign);
    if (!values.keep) campaign.remove();
  } catch (error) {
    await campaign.end();
    campaign.disk?.keepIn(path.join(folder, 'kept'));
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    failures.push(
      `round ${at + 1}, ${kind}: npm run torture -- --seed ${seed + number} --kind '${kind}' --rounds ${each} (kept: ${folder})\n${campaign.done.join('; ')}\n${why}`,
    );
    console.error(`FAILED ${failures.at(-1) ?? ''}`);
  }
}

async function worker(): Promise<void> {
  while (planned < rounds && performance.now() < deadline && failures.length < 3) {
    const length = Math.min(each, rounds - planned);
    planned += length;
    await campaignOf(campaigns++, length);
    console.log(`${done} rounds, ${failures.length} failures, ${Math.round((performance.now() - startMs) / 1000)} s`);
  }
}

// What is done so far is told; the exit's listeners end every window and give the small disks back.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => finish());
console.log(`seed ${seed}`);
await Promise.all(Array.from({ length: Number(values.parallel) }, () => worker()));
finish();

function finish(): never {
  const lost = figures.counts.get('events lost') ?? 0;
  const doubled = figures.counts.get('events doubled') ?? 0;
  console.log(figures.summary());
  for (const failure of failures) console.log(`\nFAILED ${failure}`);
  console.log(
    `\n${done} rounds in ${campaigns} campaigns, ${Math.round((performance.now() - startMs) / 60_000)} min, ` +
      `seeds ${seed} to ${seed + campaigns - 1}: lost ${lost}, doubled ${doubled}, ${failures.length} failures`,
  );
  process.exit(failures.length > 0 ? 1 : 0);
}
