/**
 * The performance goals, measured beside other tools in one run. They take turns, and the median of the ratios of each turn
 * counts; the load says how busy the machine was, without which no figure means much: where more programs want to run than
 * there are processors, one of many threads fares better than one of few. Everything runs on generated data in a throw-away
 * folder.
 *
 * Options: `--megabytes 600` of logs, `--runs 5` of each, `--events 1000000` in the largest ledger; `--only reading`,
 * `tailing`, `reporting`, `dashboard` or `scale`.
 */
import { closeSync, existsSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { appendFile, readdir } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { assistant } from '../support/claudeLines';
import { writeClaudeTree } from '../support/claudeTree';
import { TestEngine } from '../support/engine';
import { assertIsolated, isolatedEnvironment } from '../support/isolation.mjs';
import { ccusageCommand, runTool, tokscaleCommand } from '../support/otherTools';
import { measureDashboard } from './dashboard';
import { acrossWindows, measureAuthorize } from './authorize';
import { measureScale, printMemory } from './scale';
import { median, percentile, print, timed, type Row } from './stats';

const repository = process.argv[2] ?? '';
const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    megabytes: { type: 'string', default: '600' },
    runs: { type: 'string', default: '5' },
    events: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
    open: { type: 'string' },
  },
});
const runs = Number(options.runs);
const distDirectory = path.join(repository, 'dist');
if (options.open !== undefined) await printMemory(options.open, distDirectory);
const folder = mkdtempSync(path.join(tmpdir(), 'agent-meter-bench-'));
const environment = isolatedEnvironment(folder);
assertIsolated(environment);
const tree = environment['CLAUDE_CONFIG_DIR'] ?? '';
const rows: Row[] = [];
const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;

try {
  console.log(`Node ${process.version}, ${busyness()}`);
  console.log(`generating ${options.megabytes} MB of transcripts…`);
  const truth = writeClaudeTree({
    directory: tree,
    bytes: Number(options.megabytes) * 1e6,
    responsesPerSession: 140,
    projects: 40,
    longestOutput: 24_000,
    longestAnswer: 2_500,
    traps: ['placeholders'],
  });
  console.log(
    `${truth.files} files, ${truth.lines} lines, ${truth.total.calls} calls, ${Math.round(truth.bytes / 1e6)} MB`,
  );
  const wants = (part: string): boolean => options.only === '' || options.only === part;
  if (wants('reading')) await reading(truth.total.calls);
  if (wants('tailing')) await tailing();
  if (wants('reporting')) await reporting();
  if (wants('dashboard')) rows.push(...(await measureDashboard(Number(options.events), folder, distDirectory)));
  if (wants('authorize')) rows.push(...(await acrossWindows(folder, distDirectory, environment)));
  packages();
  print(rows);
  const most = Number(options.events);
  const sizes = [10_000, 100_000, 1_000_000].filter((size) => size < most);
  if (wants('authorize')) console.log((await measureAuthorize([...sizes, most], folder, distDirectory)).join('\n'));
  if (wants('scale')) {
    console.log((await measureScale([...sizes, most], folder, distDirectory)).join('\n'));
  }
  console.log(`at the end: ${busyness()}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function busyness(): string {
  return `${cpus().length} processors, ${(loadavg()[0] ?? 0).toFixed(1)} programs that want to run (mean of a minute)`;
}

function engine(dataDirectory: string): TestEngine {
  return new TestEngine({ dataDirectory, distDirectory, environment, clock: null });
}

/** First import and a start with nothing new, beside what the other tools need to read the same files. */
async function reading(calls: number): Promise<void> {
  const ours: number[] = [];
  const again: number[] = [];
  const answered: number[] = [];
  const processorMs: number[] = [];
  const stalls: number[] = [];
  const ccusage: number[] = [];
  const tokscale: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const counted = run > 0;
    const data = path.join(folder, `data-${run}`);
    const ccusageRun = await timed(() => runTool(ccusageCommand(environment)));
    const tokscaleRun = await timed(() => runTool(tokscaleCommand(environment)));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const before = process.cpuUsage();
    const first = await timed(async () => {
      const window = engine(data);
      const { ledgerEvents } = await window.untilRead();
      if (ledgerEvents !== calls) throw new Error(`${ledgerEvents} events instead of ${calls}`);
      return window;
    });
    delay.disable();
    const { user, system } = process.cpuUsage(before);
    await first.value.shutdown();
    const second = await timed(async () => {
      const window = engine(data);
      await window.until(({ ledgerEvents }) => ledgerEvents === calls);
      await window.untilRead();
      return window;
    });
    // Figures come before there is an engine; an agent that asks for permission waits for one.
    const { ms: more, value: status } = await timed(() => second.value.api('status'));
    if (!status.ok) throw new Error(status.error.message);
    await second.value.shutdown();
    console.log(
      `run ${run}${counted ? '' : ' (warm-up)'}: first import ${ms(first.ms)}, start with nothing new ${ms(second.ms)} (an answer ${ms(second.ms + more)}), ` +
        `ccusage ${ms(ccusageRun.ms)}, tokscale ${ms(tokscaleRun.ms)}`,
    );
    if (!counted) continue;
    ours.push(first.ms);
    again.push(second.ms);
    answered.push(second.ms + more);
    processorMs.push((user + system) / 1e3);
    stalls.push(delay.max / 1e6);
    ccusage.push(ccusageRun.ms);
    tokscale.push(tokscaleRun.ms);
    rmSync(data, { recursive: true, force: true });
  }
  const reference = median(ccusage);
  const ratio = (values: readonly number[]): number =>
    median(values.map((value, run) => value / (ccusage[run] ?? Number.NaN)));
  rows.push(
    { what: 'ccusage, reading only', measured: ms(reference), goal: '', met: null },
    {
      what: 'tokscale, reading only',
      measured: `${ms(median(tokscale))} = ${ratio(tokscale).toFixed(2)} × ccusage`,
      goal: '',
      met: null,
    },
    {
      what: 'first import into the durable ledger',
      measured: `${ms(median(ours))} = ${ratio(ours).toFixed(2)} × ccusage (${ms(median(processorMs))} of processors)`,
      goal: '≤ 1.0 ×',
      met: ratio(ours) <= 1,
    },
    {
      what: 'start with nothing new',
      measured: `${ms(median(again))} = ${ratio(again).toFixed(2)} × ccusage`,
      goal: '≤ 0.15 ×',
      met: ratio(again) <= 0.15,
    },
    {
      what: 'from such a start to the first answer to an agent',
      measured: `${ms(median(answered))} = ${ratio(answered).toFixed(2)} × ccusage`,
      goal: '',
      met: null,
    },
    {
      what: "longest stall of the window's thread while importing (median of runs)",
      measured: ms(median(stalls)),
      goal: '≤ 16 ms',
      met: median(stalls) <= 16,
    },
  );
}

/** From a line appended by an agent to the snapshot that holds it. */
async function tailing(): Promise<void> {
  const data = path.join(folder, 'data-tail');
  const window = engine(data);
  let events = (await window.untilRead()).ledgerEvents;
  const [project] = await readdir(path.join(tree, 'projects'));
  const file = path.join(tree, 'projects', project ?? '', 'aaaaaaaa-0000-4000-8000-000000000000.jsonl');
  const latencies: number[] = [];
  for (let line = 0; line < 50; line++) {
    const at = new Date().toISOString();
    const text = JSON.stringify(
      assistant({ id: `msg_tail_${line}`, line: { requestId: `req_tail_${line}`, timestamp: at } }),
    );
    events++;
    const { ms: latency } = await timed(async () => {
      await appendFile(file, `${text}\n`);
      await window.until(({ ledgerEvents }) => ledgerEvents === events);
    });
    latencies.push(latency);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  await window.shutdown();
  rows.push({
    what: 'appended line → snapshot (p50, p99)',
    measured: `${ms(median(latencies))}, ${ms(percentile(latencies, 0.99))}`,
    goal: '≤ 250 ms',
    met: percentile(latencies, 0.99) <= 250,
  });
}

/** Durable reports one at a time, beside what the disk needs to sync an append; and many at once. */
async function reporting(): Promise<void> {
  const window = engine(path.join(folder, 'data-report'));
  await window.untilRead();
  // A first import fills its database when it has come to rest.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const report = (id: string): Record<string, unknown> => ({
    id,
    provider: 'anthropic',
    model: 'claude-opus-4-6',
    tokens: { input: 100, output: 500, cacheRead: 20_000 },
    project: 'bench',
  });
  const single: number[] = [];
  const syncs: number[] = [];
  const file = openSync(path.join(folder, 'sync'), 'a');
  for (let index = 0; index < 2_000; index++) {
    const { ms: took, value } = await timed(() => window.api('report', report(`single-${index}`)));
    if (!value.ok) throw new Error(value.error.message);
    single.push(took);
    const start = performance.now();
    writeSync(file, 'x'.repeat(300));
    fdatasyncSync(file);
    syncs.push(performance.now() - start);
  }
  closeSync(file);
  const beyond = percentile(single, 0.99) - percentile(syncs, 0.99);
  rows.push({
    what: 'durable report, one at a time (p50, p99; sync alone p50, p99)',
    measured: `${ms(median(single))}, ${ms(percentile(single, 0.99))}; ${ms(median(syncs))}, ${ms(percentile(syncs, 0.99))}`,
    goal: 'p99 ≤ 2 ms beyond the sync',
    met: beyond <= 2,
  });
  const batches = Array.from({ length: 50 }, (_, batch) =>
    Array.from({ length: 1_000 }, (__, index) => report(`batch-${batch}-${index}`)),
  );
  const { ms: took } = await timed(() => Promise.all(batches.map((batch) => window.api('report', batch))));
  rows.push({
    what: 'reports in lists of 1 000, through the API',
    measured: `${Math.round(50_000 / (took / 1_000))} events/s`,
    goal: '',
    met: null,
  });
  await window.shutdown();
}

function packages(): void {
  const vsix = path.join(distDirectory, 'agent-meter.vsix');
  if (!existsSync(vsix)) return;
  const bytes = statSync(vsix).size;
  const page = statSync(path.join(distDirectory, 'webview.js')).size;
  const goal = '≤ 900 kB';
  rows.push({ what: 'the dashboard’s script', measured: `${Math.round(page / 1e3)} kB`, goal, met: page <= 9e5 });
  rows.push({ what: 'the package', measured: `${(bytes / 1e6).toFixed(2)} MB`, goal: '≤ 2 MB', met: bytes <= 2e6 });
}
