/** The texts that a window's configuration is made of besides the user's own file, which the engine reads itself. */
import * as z from 'zod';

const longestText = 1_000_000;

/** A folder's `.vscode/agent-meter.yaml`. */
export const workspaceLayerSchema = z.object({
  /** Of the file, unique among all windows. */
  id: z.string().max(10_000),
  /** Of the file, for messages. */
  name: z.string().max(1000),
  text: z.string().max(longestText),
  /** Why there is no text though there is a file. */
  unreadable: z.string().max(1000).optional(),
  /** Whether the user trusts the workspace: otherwise the file may only tighten. */
  trusted: z.boolean(),
});
export type WorkspaceLayer = z.infer<typeof workspaceLayerSchema>;
