/** What leadership knows of the engine that leads, and what a process is to the ledger for the time being. */
import type { BudgetEvent } from '../../protocol/api/budgetApi';
import type { Ask, EngineHandlers } from '../../protocol/engineRequests';
import type { MeterSnapshot, Problem } from '../../protocol/snapshot';
import type { Work } from '../../protocol/work';
import type { LeavingHow } from '../support/service';
import type { Caller } from '../support/view';

interface Disposable {
  dispose: () => void;
}

/** What a lead knows beside the question. */
export interface Asked extends Work {
  caller: Caller;
}

/** The engine that leads: lead.ts. It answers with `LeadGone` what it does not answer any more. */
export interface LeadingEngine extends EngineHandlers<Asked> {
  /** `caller` is there from now on. A window is told complete snapshots as it sees them; the first one at once where there is one. */
  watch(caller: Caller, listener: (snapshot: MeterSnapshot) => void): Disposable;
  /** What happens to budgets between two calls, from now on. */
  onEvent(listener: (event: BudgetEvent) => void): Disposable;
  dispose(how: LeavingHow): Promise<void>;
}

/** What a lead is told when it is made, and tells who made it. */
export interface Claimed {
  /** Of its claim: what it writes has this number. */
  epoch: number;
  /** Whether the claim is still ours: a checkpoint is replaced only then. */
  stillLeads: () => Promise<boolean>;
  /** Another process leads by now: this lead is to go at once. */
  onSuperseded: () => void;
  /** A newer version wrote the ledger: only a process that has it can lead, while `isStill`. The message is for the user. */
  onNewerLedger: (message: string, isStill: () => Promise<boolean>) => void;
}

/** What a window shows: the ledger's figures, or why there are none. */
export type Shown = { snapshot: MeterSnapshot } | { problem: Pick<Problem, 'id' | 'message'> };

/** A process leads (leading.ts), or follows (following.ts). */
export interface Role {
  ask: Ask;
  watch(caller: Caller, listener: (shown: Shown) => void): Disposable;
  onEvent(listener: (event: BudgetEvent) => void): Disposable;
  /** Resolves when this role has ended, for whatever reason. */
  readonly ended: Promise<void>;
  leave(): Promise<void>;
}
