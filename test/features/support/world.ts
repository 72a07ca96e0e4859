/** One scenario: a machine of its own with a configuration file, windows of editors on one ledger, and what was answered. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { After, setDefaultTimeout, setWorldConstructor, World } from '@cucumber/cucumber';
import { DateTime } from 'luxon';
import type { ApiCommand, ApiResult, ApiValues, ReportValue } from '../../../src/protocol/api/api';
import type { BudgetEvent } from '../../../src/protocol/api/budgetApi';
import type { BudgetStatus, Decision } from '../../../src/protocol/api/budgetAnswers';
import { TestEngine } from '../../support/engine';
import { isolatedEnvironment } from '../../support/isolation.mjs';
import { TestClock } from '../../support/testClock.mjs';
import { until } from '../../support/until';
import type { Whom } from './words';
import './words';

const editor = 'the editor';
export const model = { provider: 'acme', model: 'acme-1' };

export interface MachineParameters {
  /** Where `dist/` is. */
  dist: string;
  /** When each scenario begins, as 2026-12-31T22:30:00Z. */
  now: string;
  /** The user's. */
  zone: string;
}

export class Machine extends World<MachineParameters> {
  readonly zone = this.parameters.zone;
  /** Of all windows. It stands: time passes where a step says so. */
  readonly clock = TestClock.standing(Date.parse(this.parameters.now));
  /** When what a step began is over. */
  overMs = 0;
  /** The last answer to a call or a run that was asked for. */
  decision: Decision | null = null;
  /** For whom it was asked. */
  whom: Whom = {};
  /** Of all that were asked for at once. */
  decisions: Decision[] = [];
  reported: ReportValue | null = null;
  readonly environment: Record<string, string> = {};
  /** Runs that wait within the call, by name. */
  readonly waiting = new Map<string, Promise<Decision>>();
  private readonly windows = new Map<string, TestEngine>();
  private folder: string | null = null;
  private yaml: string | null = null;
  private reports = 0;

  /** By the user's calendar. */
  get today(): DateTime {
    return DateTime.fromMillis(this.clock.now(), { zone: this.zone });
  }

  /** As `until` and others name the instant at which what begins now is over. */
  overIn(seconds: number): string {
    this.overMs = this.clock.now() + seconds * 1_000;
    return this.clock.iso(seconds * 1_000);
  }

  async configure(yaml: string): Promise<void> {
    this.yaml = yaml;
    if (this.folder !== null) await writeFile(this.configFile(this.folder), yaml);
  }

  /** Opened when it is first spoken of. */
  async window(name = editor): Promise<TestEngine> {
    const known = this.windows.get(name);
    if (known !== undefined) return known;
    if (this.folder === null) {
      this.folder = await mkdtemp(path.join(tmpdir(), 'agent-meter-scenario-'));
      Object.assign(this.environment, isolatedEnvironment(this.folder, this.environment));
      if (this.yaml !== null) await this.configure(this.yaml);
    }
    const window = new TestEngine({
      dataDirectory: path.join(this.folder, 'data'),
      distDirectory: this.parameters.dist,
      environment: this.environment,
      claudeCode: false,
      timezone: this.zone,
      configFile: this.configFile(this.folder),
      clock: this.clock,
    });
    this.windows.set(name, window);
    await window.until(({ ledgerOpen }) => ledgerOpen);
    return window;
  }

  /** At once, as when its process is killed. */
  async kill(name: string): Promise<void> {
    const window = await this.window(name);
    this.windows.delete(name);
    await window.kill();
  }

  async closeAll(): Promise<void> {
    const open = [...this.windows.values()];
    this.windows.clear();
    await Promise.all(open.map((window) => window.shutdown()));
  }

  async api<C extends ApiCommand>(command: C, argument?: unknown, name?: string): Promise<ApiResult<ApiValues[C]>> {
    return await (await this.window(name)).api(command, argument);
  }

  async ask<C extends ApiCommand>(command: C, argument?: unknown, name?: string): Promise<ApiValues[C]> {
    const answer = await this.api(command, argument, name);
    if (!answer.ok) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  }

  async spend(costUsd: number, more: object, name?: string): Promise<void> {
    this.reports += 1;
    const report = { ...model, id: `call-${this.reports}`, tokens: { input: 10, output: 20 }, costUsd, ...more };
    this.reported = await this.ask('report', report, name);
  }

  /** What was answered last; throws when nothing was asked. */
  get answer(): Decision {
    if (this.decision === null) throw new Error('nothing was asked yet');
    return this.decision;
  }

  /** Of each project's, agent's, …: `whose`. */
  async budget(id: string, whose: string | null = null, name?: string): Promise<BudgetStatus> {
    const { budgets } = await this.ask('status', undefined, name);
    const found = budgets.find((one) => one.id === id && (whose === null || one.scopeId === whose));
    if (found === undefined) throw new Error(`no budget ${id}; there are: ${budgets.map((one) => one.id).join(', ')}`);
    return found;
  }

  async event(what: string, accept: (event: BudgetEvent) => boolean, name?: string): Promise<BudgetEvent> {
    const window = await this.window(name);
    return await until(what, () => window.budgetEvents.find(accept));
  }

  async dispose(): Promise<void> {
    await this.closeAll();
    if (this.folder !== null) await rm(this.folder, { recursive: true, force: true });
  }

  private configFile(folder: string): string {
    return path.join(folder, 'config.yaml');
  }
}

/** As an answer names the day. */
export function tomorrow(today: DateTime): string {
  return today.plus({ days: 1 }).toISODate() ?? '';
}

setWorldConstructor(Machine);
setDefaultTimeout(120_000);
After(async function (this: Machine) {
  await this.dispose();
});
