/**
 * Runs `ccusage` and `tokscale` on generated transcripts, for tests and benchmarks: their native programs from npm, in an
 * isolated environment, cut off from the network, with no cache of an earlier run. Costs are USD as they print them.
 */
import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { assertIsolated } from './isolation.mjs';
import { repositoryRoot } from './paths.mjs';

const programs = {
  ccusage: { package: '@ccusage/ccusage-linux-x64', file: 'bin/ccusage', version: '20.0.24' },
  tokscale: { package: '@tokscale/cli-linux-x64-gnu', file: 'bin/tokscale', version: '4.17.0' },
} as const;
export type OtherTool = keyof typeof programs;

export interface ToolCommand {
  file: string;
  args: string[];
  env: Record<string, string>;
}

export interface ToolUsage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  costUsd: number;
}

export interface ToolReport {
  total: ToolUsage;
  /** By the tool's own name of a model. */
  byModel: Record<string, ToolUsage>;
  /** UTC day, then model. */
  byDay: Record<string, Record<string, ToolUsage>>;
}

/** Why a tool can't be run here; `null`: it can. The packages are optional dependencies, for Linux on x64 only. */
export function missingTool(tool: OtherTool): string | null {
  const { package: name, version } = programs[tool];
  try {
    const found = require(`${name}/package.json`) as { version?: string };
    return found.version === version ? null : `${name} is ${String(found.version)}, not ${version}`;
  } catch {
    return `${name} is not installed on this platform`;
  }
}

/** Days and models of one configuration directory, as JSON on the standard output. */
export function ccusageCommand(environment: Record<string, string>): ToolCommand {
  return {
    file: program('ccusage'),
    args: ['claude', 'daily', '--json', '--breakdown', '--offline', '--timezone', 'UTC'],
    env: cutOff(environment),
  };
}

/**
 * `models`: what tokscale is usually asked, sums over all time; `graph`: by day and model. It looks for transcripts in
 * `HOME` only. A settings folder of its own for each command: what it keeps of the files it parsed is never there yet.
 */
export function tokscaleCommand(
  environment: Record<string, string>,
  report: 'models' | 'graph' = 'models',
): ToolCommand {
  const settings = mkdtempSync(path.join(environment['TMPDIR'] ?? '', 'tokscale-'));
  const caches = path.join(settings, 'cache');
  mkdirSync(caches);
  // It would fetch price lists unless it has them; with empty ones it takes the prices that are built in.
  const noPrices = JSON.stringify({ timestamp: Math.floor(Date.now() / 1000) - 1, data: {} });
  for (const list of ['litellm', 'openrouter', 'models-dev']) {
    writeFileSync(path.join(caches, `pricing-${list}.json`), noPrices);
  }
  const json = report === 'models' ? ['--json'] : [];
  return {
    file: program('tokscale'),
    args: [report, ...json, '--client', 'claude', '--no-spinner'],
    env: { ...cutOff(environment), TOKSCALE_CONFIG_DIR: settings, TOKSCALE_PRICING_CACHE_ONLY: '1' },
  };
}

export async function runTool({ file, args, env }: ToolCommand): Promise<string> {
  assertIsolated(env);
  return new Promise((resolve, reject) => {
    const limits = { timeout: 600_000, maxBuffer: 1 << 30, encoding: 'utf8' } as const;
    execFile(file, args, { env, cwd: env['HOME'], ...limits }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${path.basename(file)} failed: ${stderr || error.message}`));
    });
  });
}

export async function readWithCcusage(environment: Record<string, string>): Promise<ToolReport> {
  const { daily } = ccusageOutput.parse(JSON.parse(await runTool(ccusageCommand(environment))));
  return report(
    daily.flatMap(({ date, modelBreakdowns }) =>
      modelBreakdowns.map(({ modelName, cost, inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens }) => ({
        date,
        model: modelName,
        input: inputTokens,
        output: outputTokens,
        cacheRead: cacheReadTokens,
        cacheWrite: cacheCreationTokens,
        costUsd: cost,
      })),
    ),
  );
}

export async function readWithTokscale(environment: Record<string, string>): Promise<ToolReport> {
  const { contributions } = tokscaleGraph.parse(JSON.parse(await runTool(tokscaleCommand(environment, 'graph'))));
  return report(
    contributions.flatMap(({ date, clients }) =>
      clients.map(({ modelId, cost, tokens: { input, output, cacheRead, cacheWrite, reasoning } }) => ({
        date,
        model: modelId,
        input,
        output: output + reasoning,
        cacheRead,
        cacheWrite,
        costUsd: cost,
      })),
    ),
  );
}

/** tokscale's own sums over all time, by its own name of a model. */
export async function modelsOfTokscale(environment: Record<string, string>): Promise<ToolReport['byModel']> {
  const { entries } = tokscaleModels.parse(JSON.parse(await runTool(tokscaleCommand(environment))));
  return report(entries.map(({ cost, ...entry }) => ({ ...entry, date: '', costUsd: cost }))).byModel;
}

const count = z.int().min(0);
const ccusageOutput = z.object({
  daily: z.array(
    z.object({
      date: z.string(),
      modelBreakdowns: z.array(
        z.object({
          modelName: z.string(),
          inputTokens: count,
          outputTokens: count,
          cacheReadTokens: count,
          cacheCreationTokens: count,
          cost: z.number(),
        }),
      ),
    }),
  ),
});
const tokscaleTokens = { input: count, output: count, cacheRead: count, cacheWrite: count, reasoning: count };
const tokscaleModels = z.object({
  entries: z.array(z.object({ model: z.string(), cost: z.number(), ...tokscaleTokens })),
});
const tokscaleGraph = z.object({
  contributions: z.array(
    z.object({
      date: z.string(),
      clients: z.array(z.object({ modelId: z.string(), cost: z.number(), tokens: z.object(tokscaleTokens) })),
    }),
  ),
});

type Row = ToolUsage & { date: string; model: string };

function report(rows: readonly Row[]): ToolReport {
  const found: ToolReport = { total: nothing(), byModel: {}, byDay: {} };
  for (const row of rows) {
    const day = (found.byDay[row.date] ??= {});
    for (const sums of [found.total, (found.byModel[row.model] ??= nothing()), (day[row.model] ??= nothing())]) {
      sums.input += row.input;
      sums.output += row.output;
      sums.cacheRead += row.cacheRead;
      sums.cacheWrite += row.cacheWrite;
      sums.costUsd += row.costUsd;
    }
  }
  return found;
}

function nothing(): ToolUsage {
  return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, costUsd: 0 };
}

const require = createRequire(path.join(repositoryRoot, 'package.json'));

/** npm unpacks them as the packages say, and not every package says that its program can be run. */
function program(tool: OtherTool): string {
  const missing = missingTool(tool);
  if (missing !== null) throw new Error(missing);
  const { package: name, file } = programs[tool];
  const found = path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
  try {
    accessSync(found, constants.X_OK);
  } catch {
    chmodSync(found, 0o755);
  }
  return found;
}

/** Should one of them try the network all the same, it gets as far as a closed port of this machine. */
function cutOff(environment: Record<string, string>): Record<string, string> {
  const proxy = 'http://127.0.0.1:9';
  return { ...environment, TZ: 'UTC', HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, NO_PROXY: '' };
}
