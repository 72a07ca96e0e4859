/** What a lead is given by its member, and what it holds while its ledger is open. */
import { Ledger } from '../ledger/ledger';
import type { LogBatch } from './ingest/batch';
import type { SourceSwitches } from '../protocol/vocabulary';
import type { ResolveLayers } from './configuration/configurations';
import type { OpenBudgets } from './budgets/budgets';
import type { EngineSettings } from '../protocol/rpc';
import type { Log } from './support/log';
import type { LogReader } from './ingest/logReader';
import type { Maintenance } from './upkeep/maintenance';
import type { Quotas } from './quotas/quotas';
import type { Rates } from './prices/rates';
import type { ReaderThreads } from './ingest/readerThreads';

export interface LeadOptions {
  dataDirectory: string;
  epoch: number;
  wasmPath: string;
  readers: ReaderThreads;
  sources: SourceSwitches;
  rates: Rates;
  now: () => number;
  log: Log;
  /** Of the user; absolute, need not exist. */
  configFile: string;
  /** Whether the user named it: then it is missed when it is not there. */
  configFileChosen: boolean;
  /** What texts of configurations come to. */
  resolve: ResolveLayers;
  /** Makes ready what `resolve` asks for. */
  parse: (text: string) => void;
  /** In which this window's days and months begin, where the configuration names no zone. */
  zone: () => string;
  priceFeed: () => EngineSettings['prices'];
  /** Whether the claim is still ours: a checkpoint is replaced only then. */
  stillLeads: () => Promise<boolean>;
  /** Another window leads by now: this lead is to go at once. */
  onSuperseded: () => void;
  /** A newer version wrote the ledger: only a window that has it can lead. The message is for the user. */
  onNewerLedger: (message: string) => void;
}

export interface Opened {
  ledger: Ledger;
  reader: LogReader<LogBatch>;
  maintenance: Maintenance;
  quotas: Quotas;
  budgets: OpenBudgets;
}

export function openLedger({ dataDirectory, epoch, wasmPath, now, log, stillLeads }: LeadOptions): Promise<Ledger> {
  return Ledger.open({ directory: dataDirectory, epoch, wasmPath, now, log, mayReplaceCheckpoint: stillLeads });
}
