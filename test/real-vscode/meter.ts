/** What the tests of the real extension have in common: how it is started, and what is read off its meter. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { ApiCommand, ApiResult, ApiValues } from '../../src/protocol/api/api';
import { inRepository, packageFile } from '../support/paths.mjs';
import { RealVsCode, reporterExtension, type Home, type RealVsCodeOptions } from '../support/realVsCode.ts';
import type { Reporter } from '../support/reporter.ts';
import * as workbench from '../support/workbench.ts';
import { noonZone, Transcripts } from './transcripts.ts';

export const meterId = 'agentMeter.meter';
export const carelessAgent = inRepository('test', 'real-vscode', 'fixtures', 'careless-agent');
export const bothAgents = [reporterExtension, carelessAgent];

export interface MeteredVsCode {
  code: RealVsCode;
  transcripts: Transcripts;
}

export interface MeteredOptions extends Omit<RealVsCodeOptions, 'prepare'> {
  /** Settings of the machine that VS Code runs on; those of ours are such. */
  machineSettings?: Record<string, unknown>;
  /** Writes the logs that are there before VS Code starts. */
  write?: (transcripts: Transcripts, home: Home) => void;
}

/** A VS Code with the packaged extension, at about noon. */
export async function startMetered({
  write,
  machineSettings,
  ...options
}: MeteredOptions = {}): Promise<MeteredVsCode> {
  const zone = noonZone();
  let transcripts: Transcripts | undefined;
  const code = await RealVsCode.start({
    vsix: [packageFile],
    // A browser that leaves a page in haste does not always say good-bye.
    reconnectionGraceSeconds: 3,
    ...options,
    prepare: (home) => {
      const folder = path.join(home.folder, 'vscode', 'user', 'Machine');
      mkdirSync(folder, { recursive: true });
      const ours = { 'agentMeter.timezone': zone.name, ...machineSettings };
      writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(ours));
      transcripts = new Transcripts(home.env['CLAUDE_CONFIG_DIR'] ?? '', zone.offsetMs);
      write?.(transcripts, home);
    },
  });
  return { code, transcripts: transcripts ?? new Transcripts(code.home.env['CLAUDE_CONFIG_DIR'] ?? '', zone.offsetMs) };
}

/** The user's configuration, for a VS Code that has not started. */
export function writeConfiguration({ env }: Home, yaml: string): string {
  const folder = path.join(env['XDG_CONFIG_HOME'] ?? '', 'agent-meter');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'config.yaml');
  writeFileSync(file, yaml);
  return file;
}

/** `$1,234.50`, as every figure below a thousand dollars is shown. */
export function dollars(usd: number): string {
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** Waits until the meter shows this text and no import runs any more. */
export async function untilMeter(page: Page, text: string, timeoutMs = 30_000): Promise<workbench.StatusBarItem> {
  return await workbench.untilStatusBarItem(page, meterId, (item) => item.text === text, timeoutMs);
}

export async function meter(page: Page): Promise<workbench.StatusBarItem> {
  return await workbench.statusBarItem(page, meterId);
}

export async function tooltip(page: Page): Promise<string> {
  return await workbench.hoverStatusBarItem(page, meterId);
}

/** A command of the API, called as another extension would. */
export async function api<C extends ApiCommand>(
  reporter: Reporter,
  command: C,
  argument?: unknown,
): Promise<ApiResult<ApiValues[C]>> {
  return (await reporter.command(`agentMeter.v1.${command}`, argument)) as ApiResult<ApiValues[C]>;
}

/** The value of a command that must succeed. */
export async function value<C extends ApiCommand>(
  reporter: Reporter,
  command: C,
  argument?: unknown,
): Promise<ApiValues[C]> {
  const result = await api(reporter, command, argument);
  if (!result.ok) throw new Error(`${command}: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** What windows wrote to their consoles as errors that concern us; that we killed an extension host does not. */
export function ourErrors(code: RealVsCode): string[] {
  return code.consoleErrors.filter(
    (error) => /agent.?meter/i.test(error) && !error.includes('terminated unexpectedly'),
  );
}

/** Who says in the ledger's folder that it leads. */
export function leadingPid(code: RealVsCode): number {
  const claims = path.join(code.home.env['XDG_DATA_HOME'] ?? '', 'agent-meter', 'lead');
  const epochs = readdirSync(claims).flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []);
  const highest = Math.max(...epochs.map(Number));
  return (JSON.parse(readFileSync(path.join(claims, `${highest}.json`), 'utf8')) as { pid: number }).pid;
}

export interface Shown {
  text: string;
  atMs: number;
}

/** Begins to write down each text that the meter shows in this page, also after a reload. */
export async function recordMeter(page: Page): Promise<() => Promise<Shown[]>> {
  const record = (id: string): void => {
    const shown: { text: string; atMs: number }[] = [];
    Object.assign(globalThis, { agentMeterShown: shown });
    const look = (): void => {
      const text = document.querySelector(`.statusbar-item[id$="${id}"]`)?.textContent.trim();
      if (text !== undefined && text !== '' && text !== shown.at(-1)?.text) shown.push({ text, atMs: Date.now() });
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    look();
  };
  await page.addInitScript(record, meterId);
  await page.evaluate(record, meterId);
  return async () => await page.evaluate(() => (globalThis as unknown as { agentMeterShown: Shown[] }).agentMeterShown);
}
