/** What there is of a lead while its ledger is open, and only then. */
import { Ledger } from '../ledger/ledger';
import type { CostControls } from './costControls';
import type { Ingest } from './ingest/ingest';
import { LogReading } from './ingest/logReading';
import type { ReaderThreads } from './ingest/readerThreads';
import type { OpenControls } from './openControls';
import { Quotas } from './quotas/quotas';
import { LedgerSums } from './support/ledgerSums';
import { stopAll, tickAll, type LeavingHow, type Service } from './support/service';
import { Maintenance, type MaintenanceOptions } from './upkeep/maintenance';

export interface OpenLedgerOptions extends Omit<MaintenanceOptions, 'ledger'> {
  epoch: number;
  wasmPath: string;
  stillLeads: () => Promise<boolean>;
  readers: ReaderThreads;
  ingest: Ingest;
  budgets: CostControls;
  /** Until all prices are known: nothing is rated before. */
  priced: () => Promise<void>;
  /** Something is to be shown anew. */
  onChange: () => void;
}

export class OpenLedger {
  readonly quotas: Quotas;
  readonly budgets: OpenControls;
  readonly maintenance: Maintenance;
  private readonly services: readonly Service[];

  private constructor(
    readonly ledger: Ledger,
    readonly reading: LogReading,
    options: OpenLedgerOptions,
  ) {
    reading.begin(ledger);
    const sums = new LedgerSums(ledger);
    this.quotas = new Quotas(ledger, sums.running, options.onChange);
    this.budgets = options.budgets.open(ledger, sums.running, this.quotas);
    this.maintenance = new Maintenance({ ...options, ledger });
    this.services = [reading, options.budgets, sums, this.maintenance];
  }

  static async open(options: OpenLedgerOptions): Promise<OpenLedger> {
    const { dataDirectory: directory, stillLeads: mayReplaceCheckpoint, readers } = options;
    const opening = Ledger.open({ ...options, directory, mayReplaceCheckpoint });
    const reading = new LogReading(options, opening);
    let ledger: Ledger | null = null;
    try {
      ledger = await opening;
      await options.priced();
      return new OpenLedger(ledger, reading, options);
    } catch (error) {
      await reading.stop();
      readers.dismiss();
      await ledger?.close('abandon').catch(() => undefined);
      throw error;
    }
  }

  tick(idle: () => boolean): Promise<void> {
    return tickAll(this.services, idle);
  }

  async close(how: LeavingHow): Promise<void> {
    try {
      await stopAll(this.services, how);
    } finally {
      await this.ledger.close(how);
    }
  }
}
