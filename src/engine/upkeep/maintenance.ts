/** Everything that is done to an open ledger besides adding to it: checkpoints, retention, and new prices. */
import type { RetentionPolicy } from '../../domain/retention';
import type { Ledger } from '../../ledger/ledger';
import type { Configuration } from '../../protocol/configuration';
import type { RepriceResult, Work } from '../../protocol/work';
import { Housekeeping } from './housekeeping';
import type { Log } from '../support/log';
import type { LeavingHow, Service } from '../support/service';
import type { Rates } from '../prices/rates';
import { reprice } from './reprice';
import { Retention } from './retention';

export interface MaintenanceOptions {
  ledger: Ledger;
  dataDirectory: string;
  rates: Rates;
  /** In which days and months begin. */
  zone: () => string;
  retention: () => Configuration['retention'];
  now: () => number;
  /** Whether nobody writes. */
  idle: () => boolean;
  onFailure: (error: unknown) => void;
  /** A checkpoint was written: the disk takes what it is given. */
  onSuccess: () => void;
  log: Log;
}

export class Maintenance implements Service {
  private readonly housekeeping: Housekeeping;
  private readonly retention: Retention;
  private rerating = Promise.resolve(false);

  constructor(private readonly options: MaintenanceOptions) {
    const { ledger, dataDirectory, onFailure, onSuccess } = options;
    this.housekeeping = new Housekeeping(ledger, dataDirectory, onFailure, onSuccess);
    this.retention = new Retention({ ...options, upkeep: ledger.upkeep, policy: () => policyOf(options.retention()) });
  }

  async tick(idle: boolean): Promise<void> {
    if (!idle) return;
    await this.housekeeping.whenIdle();
    await this.retention.whenIdle();
  }

  async stop(how: LeavingHow): Promise<void> {
    if (how === 'close') await this.housekeeping.beforeClosing();
  }

  /**
   * A price that appeared since: what was unpriced or only estimated gets it. Answers whether anything changed. What can
   * not be written of it, the next start looks at again.
   */
  rerate(): Promise<boolean> {
    this.rerating = this.rerating.then(() => this.rerateOnce());
    return this.rerating;
  }

  private async rerateOnce(): Promise<boolean> {
    const { ledger, rates, log, onFailure } = this.options;
    if (ledger.priceVersion() === rates.version) return false;
    try {
      await rates.load();
      // A first import has these prices already, and is not to be loaded into the database because of them.
      await ledger.loaded();
      const count = await ledger.upkeep.rerate((event) => rates.rate(event), rates.version);
      if (count > 0) log('info', `${count} events got a price from ${rates.version}`);
      return count > 0;
    } catch (error) {
      onFailure(error);
      return false;
    }
  }

  /** What *Reprice* would change by other prices than those in force. */
  preview(rates: Rates, work: Work): Promise<RepriceResult> {
    const { ledger } = this.options;
    return reprice({ upkeep: ledger.upkeep, rates, events: ledger.eventCount(), apply: false }, work);
  }

  async reprice(apply: boolean, work: Work): Promise<RepriceResult> {
    const { ledger, rates, log } = this.options;
    const result = await reprice({ upkeep: ledger.upkeep, rates, events: ledger.eventCount(), apply }, work);
    const count = result.models.reduce((sum, { events }) => sum + events, 0);
    if (apply) log('info', `${count} events were rated again by ${rates.version}`);
    return result;
  }
}

/** Without a number of days it is for ever. */
function policyOf({ detailedDays, dailyDays, schedule }: Configuration['retention']): RetentionPolicy {
  const forEver = Number.POSITIVE_INFINITY;
  return { detailedDays: detailedDays ?? forEver, dailyDays: dailyDays ?? forEver, schedule };
}
