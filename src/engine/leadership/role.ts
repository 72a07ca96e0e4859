import type { EngineService } from './service';

/** What a window is to the ledger for the time being: it leads, or follows. */
export interface Role {
  service: EngineService;
  /** Resolves when this role has ended, for whatever reason. */
  ended: Promise<void>;
  leave(): Promise<void>;
}
