/** Cost controls without threads and files of a ledger: on one in memory, at whatever time it is said to be. */
import * as fs from 'node:fs';
import type { AuditNote } from '../../../src/domain/alerts/audit';
import { noUsage, type SubjectField } from '../../../src/domain/usage/usageSums';
import type { ReportValue } from '../../../src/protocol/api/api';
import type { BudgetEvent } from '../../../src/protocol/api/budgetApi';
import type { Settlement } from '../../../src/protocol/api/budgetAnswers';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import type { AlertWatch } from '../../../src/engine/alerts/alertWatch';
import type { Reading } from '../../../src/engine/alerts/knownPast';
import { settlingOf } from '../../../src/engine/api/settling';
import type { BudgetStates } from '../../../src/engine/budgets/budgetStates';
import type { Gate } from '../../../src/engine/budgets/gate';
import type { NewOverride, Overrides } from '../../../src/engine/budgets/overrides';
import type { Disk } from '../../../src/engine/budgets/reservationFile';
import { OpenControls } from '../../../src/engine/openControls';
import { LedgerSums } from '../../../src/engine/support/ledgerSums';
import type { DurableState } from '../../../src/ledger/durableState';
import { LedgerError } from '../../../src/ledger/ledgerError';
import type { GrainSums } from '../../../src/ledger/queries/grainQuery';
import type { SumListener } from '../../../src/ledger/queries/sumWatch';
import type { Override } from '../../../src/domain/budgets/budgetOverride';
import type { Configuration } from '../../../src/protocol/configuration';
import { noTotals, type LedgerQuery, type LedgerRow } from '../../../src/protocol/query';
import type { QuotaState } from '../../../src/protocol/quota';

export const usd = 1_000_000_000;
export const startMs = Date.UTC(2026, 10, 21, 12);
export const view = { window: 'w', sessionStartMs: startMs, timezone: 'UTC' };

export type Values = Partial<Record<SubjectField | 'source', string>>;

/** What the ledger has, as plainly as it can be. */
export class MemoryLedger {
  readonly notes: AuditNote[] = [];
  /** Whether what budgets remember can't be written. */
  isFull = false;
  readonly events: { atMs: number; values: Values; costNanos: number; tokens: number }[] = [];
  private readonly listeners = new Set<SumListener>();
  private readonly kept = new Map<string, Map<string, string>>();
  readonly keeping = {
    keep: (puts: Parameters<DurableState['keep']>[0], notes: readonly AuditNote[]) => {
      if (this.isFull) return Promise.reject(new LedgerError('unavailable', 'ENOSPC'));
      this.notes.push(...notes);
      for (const { family, id, value } of puts) {
        const map = this.kept.get(family) ?? new Map<string, string>();
        this.kept.set(family, map);
        if (value === null) map.delete(id);
        else map.set(id, value);
      }
      return Promise.resolve();
    },
    auditAbout: (kind: string, name: string, value: string) =>
      this.notes.filter((note) => note.kind === kind && note.detail[name] === value),
    all: (family: string) => this.kept.get(family) ?? new Map<string, string>(),
  } as unknown as DurableState;

  query({ buckets, dimensions, filter }: LedgerQuery): LedgerRow[] {
    const groups = new Map<string, LedgerRow>();
    for (const bucket of buckets) {
      for (const { atMs, values, costNanos, tokens } of this.events) {
        if (atMs < bucket.startMs || atMs >= bucket.endMs) continue;
        const of = values as Record<string, string | undefined>;
        if (Object.entries(filter).some(([field, list]) => !list.includes(of[field] ?? ''))) continue;
        const group = Object.fromEntries(dimensions.map((field) => [field, of[field] ?? null]));
        const key = JSON.stringify([bucket.label, group]);
        const row = groups.get(key) ?? { ...noTotals(), bucket: bucket.label, group };
        row.costNanos += costNanos;
        row.input += tokens;
        row.events += 1;
        groups.set(key, row);
      }
    }
    return [...groups.values()];
  }

  /** Only quotas ask for them. */
  grains(): GrainSums[] {
    return [];
  }

  lastEventMs(source: string): number | null {
    const instants = this.events.filter(({ values }) => values.source === source).map(({ atMs }) => atMs);
    return instants.length === 0 ? null : Math.max(...instants);
  }

  watchSums(listener: SumListener): { dispose: () => void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  add(atMs: number, values: Values, costNanos: number, tokens = 0): void {
    this.events.push({ atMs, values, costNanos, tokens });
    const attribution = { get: (field: keyof Values) => values[field] ?? null };
    const event = {
      atMs,
      attribution,
      costNanos,
      input: tokens,
      output: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
    };
    for (const listener of this.listeners) {
      if (atMs >= listener.fromMs()) listener.counted(event as never, 1);
    }
  }
}

/** The machine's own disk, until it is full. */
export class FaultyDisk {
  /** So many bytes it takes before it says this. */
  fails: { code: string; after: number; cuts: boolean } | null = null;
  readonly io: Disk = {
    ...fs,
    writeSync: ((descriptor: number, bytes: Buffer, offset: number, length: number) => {
      const { fails } = this;
      if (fails === null) return fs.writeSync(descriptor, bytes, offset, length);
      if (fails.after <= 0) throw Object.assign(new Error(fails.code), { code: fails.code });
      const taken = Math.min(length, fails.after);
      fails.after -= taken;
      return fs.writeSync(descriptor, bytes, offset, taken);
    }) as Disk['writeSync'],
    ftruncateSync: (descriptor, length) => {
      if (this.fails?.cuts === false) throw new Error('EIO');
      fs.ftruncateSync(descriptor, length);
    },
  };
}

type Answered = Pick<ReportValue, 'budgets' | 'terminate'> & { settlement: Settlement | undefined };

/** One machine: a configuration, a ledger, a clock; and the window that leads, until another takes over. */
export class Machine {
  readonly ledger = new MemoryLedger();
  readonly events: BudgetEvent[] = [];
  readonly log: string[] = [];
  readonly configuration: Configuration;
  quotas: QuotaState[] = [];
  /** Where the log readers are. */
  sources: Reading['sources'] extends () => infer Sources ? Sources : never = [];
  isRereading = false;
  nowMs = startMs;
  /** What the disk says to whoever writes reservations; `null`: it takes them. */
  readonly disk = new FaultyDisk();
  controls: OpenControls;
  private epoch = 0;
  private calls = 0;
  private lifts = 0;

  constructor(
    readonly directory: string,
    configuration: Partial<Configuration>,
  ) {
    this.configuration = { ...defaultConfiguration, ...configuration };
    this.controls = this.lead();
  }

  get states(): BudgetStates {
    return this.controls.states;
  }

  get gate(): Gate {
    return this.controls.gate;
  }

  get alerts(): AlertWatch {
    return this.controls.alerts;
  }

  get overrides(): Overrides {
    return this.controls.overrides;
  }

  /** The old one just stops, as a killed window does. */
  takeOver(): void {
    this.controls = this.lead();
  }

  /** Who waits, in order. */
  get waiting(): string[] {
    return this.gate.waiting(false).waiting.map(({ ticket }) => ticket);
  }

  lift(given: Omit<NewOverride, 'id'>): Promise<Override> {
    return this.overrides.set({ id: `override-${(this.lifts += 1)}`, ...given });
  }

  /** A report: durable, settled, and looked at. */
  report(costNanos: number, values: Values = {}, more: { tokens?: number; reservation?: string } = {}): Answered {
    const all = { provider: 'acme', model: 'acme-1', ...values };
    this.ledger.add(this.nowMs, all, costNanos, more.tokens);
    const settling = settlingOf(this.controls, view);
    const [settlement] = settling.settle([more.reservation]);
    const { provider, model, ...attribution } = all;
    const answer = settling.answer([{ provider, model, attribution: { ...noFields, ...attribution } } as never]);
    return { ...answer, settlement };
  }

  /** A list of reports, which comes into the ledger together. */
  reports(...all: { costNanos: number; values: Values }[]): Pick<Answered, 'budgets' | 'terminate'> {
    const events = all.map(({ costNanos, values }) => {
      const { provider, model, ...attribution } = { provider: 'acme', model: 'acme-1', ...values };
      this.ledger.add(this.nowMs, { provider, model, ...attribution }, costNanos);
      return { provider, model, attribution: { ...noFields, ...attribution } } as never;
    });
    return settlingOf(this.controls, view).answer(events);
  }

  authorize(costUsd: number, more: object = {}): ReturnType<Gate['authorize']> {
    const id = `call-${(this.calls += 1)}`;
    return this.gate.authorize(id, { provider: 'acme', model: 'acme-1', estimate: { costUsd }, ...more }, view);
  }

  startRun(run: string, more: object = {}): ReturnType<Gate['startRun']> {
    return this.gate.startRun({ run, agent: 'coder', ...more }, view);
  }

  /** Time passes, and the window that opened first is there. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.controls.tick(new Set([view.window]));
  }

  private lead(): OpenControls {
    this.epoch += 1;
    const controls = new OpenControls({
      ledger: this.ledger,
      sums: new LedgerSums(this.ledger).running,
      usage: noUsage,
      dataDirectory: this.directory,
      epoch: this.epoch,
      rates: {
        rate: () => ({ costNanos: null, pricing: 'unpriced', matchedModel: null, priceVersion: null }),
        find: () => null,
        tierOf: () => null,
      },
      quotas: () => this.quotas,
      reading: {
        sources: () => this.sources,
        isRereading: () => this.isRereading,
        counted: () => [
          ...new Set(
            this.ledger.events.map(({ values }) => (values as Record<string, string | undefined>)['source'] ?? 'api'),
          ),
        ],
        lastEventMs: (source) => this.ledger.lastEventMs(source),
      },
      own: () => this.configuration,
      zone: () => 'UTC',
      now: () => this.nowMs,
      log: (_, text) => this.log.push(text),
      onChange: () => undefined,
      disk: this.disk.io,
    });
    controls.onDidHappen((event) => this.events.push(event));
    return controls;
  }
}

const noFields = {
  project: null,
  agent: null,
  agentType: null,
  task: null,
  run: null,
  plan: null,
  user: null,
  team: null,
};
