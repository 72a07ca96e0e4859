/** The windows that watch: what each of them is shown, and when anew. */
import type { MeterSnapshot } from '../../protocol/snapshot';
import type { Configurations } from '../configuration/configurations';
import type { Quotas } from '../quotas/quotas';
import { Emitter } from '../support/emitter';
import { bugIn, messageOf, type Log } from '../support/log';
import type { Service } from '../support/service';
import { Throttle } from '../support/throttle';
import type { Caller } from '../support/view';
import { whenReady } from '../support/whenReady';
import { Pictures, type BudgetPicture, type PictureInputs } from './pictures';

const pushEveryMs = 50;
/** While logs are imported nobody reads figures that change ten times a second, and each picture costs queries. */
const pushEveryMsImporting = 400;

/** What windows are shown of budgets, while they are there. */
export interface WindowBudgets {
  picture(caller: Caller): BudgetPicture;
  /** A window is there until what is returned is disposed, and `watching` with it. */
  whileSeen(caller: Caller, watching: { dispose: () => void }): { dispose: () => void };
}

interface WindowsOptions {
  configurations: Configurations;
  budgets: WindowBudgets;
  /** What they are shown of the rest of the lead. */
  state: () => PictureInputs & { quotas: Quotas | null };
  isImporting: () => boolean;
  now: () => number;
  log: Log;
}

export class Windows implements Service {
  private readonly pictures: Pictures;
  private readonly changed: Emitter<undefined>;
  private readonly push: Throttle;

  constructor(private readonly options: WindowsOptions) {
    const { configurations, isImporting, log } = options;
    this.pictures = new Pictures(configurations);
    this.changed = new Emitter(bugIn('a window’s picture', log));
    this.push = new Throttle(
      () => this.changed.fire(undefined),
      () => (isImporting() ? pushEveryMsImporting : pushEveryMs),
      (error) => log('error', `no snapshot could be taken: ${messageOf(error)}`),
    );
  }

  /** Something is to be shown anew: soon, or now where it is waited for. */
  readonly show = (awaited = false): void => (awaited ? this.push.now() : this.push.request());

  /** A caller is there from now on, and its configuration in force. A window is shown something at once where there is anything. */
  watch(caller: Caller, listener: (snapshot: MeterSnapshot) => void): { dispose: () => void } {
    const { configurations, budgets, state, log } = this.options;
    const tell = (): void => {
      const { ledger, problems } = state();
      if (ledger !== null || problems.length > 0) listener(this.snapshot(caller));
    };
    const begin = (): { dispose: () => void } => {
      if (caller.kind === 'program') return budgets.whileSeen(caller, { dispose: () => undefined });
      tell();
      return budgets.whileSeen(caller, this.changed.event(tell));
    };
    return whenReady(configurations.ready(caller), begin, bugIn('a window’s configuration', log));
  }

  snapshot(caller: Caller): MeterSnapshot {
    const { budgets, state, now } = this.options;
    const { quotas, ...rest } = state();
    return this.pictures.take(caller, quotas, budgets.picture(caller), rest, now());
  }

  tick(): void {
    if (this.pictures.areOld(this.options.now())) this.show();
  }

  stop(): void {
    this.push.dispose();
  }
}
