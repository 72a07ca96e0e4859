/** Who looks at the ledger. */
import type { WorkspaceLayer } from '../../protocol/layers';

/** How a caller looks at the ledger. */
export interface View {
  /** By which a window, or a program, is known, whichever lead it comes to. */
  window: string;
  sessionStartMs: number;
  timezone: string;
}

/** Who asks, and what it brings: its zone counts where the configuration names none. */
export interface Caller extends View {
  /** A window is shown the ledger from when it comes until it goes; a program, as one of the terminal, only asks. */
  kind: 'window' | 'program';
  workspaces: WorkspaceLayer[];
  /** Its variables that configure us. */
  environment: Record<string, string>;
}
