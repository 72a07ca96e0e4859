/** Who looks at the ledger. */
import type { WorkspaceLayer } from '../../protocol/layers';

/** How a window looks at the ledger. */
export interface View {
  /** By which a window is known, whichever lead it comes to. */
  window: string;
  sessionStartMs: number;
  timezone: string;
}

/** What a window brings: its zone counts where the configuration names none. */
export interface WindowView extends View {
  workspaces: WorkspaceLayer[];
  /** Its variables that configure us. */
  environment: Record<string, string>;
}
