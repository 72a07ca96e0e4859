/** What the messages between a window and the engine carry. The messages themselves: engineRequests.ts, engineMessages.ts. */
import * as z from 'zod';
import { apiCommands } from './api/commandNames';
import { workspaceLayerSchema } from './layers';
import { mostWorkspaces, priceUpdateModes } from './vocabulary';

/** How a window introduces itself: its engine is born with it. */
export const helloSchema = z.object({
  /** Of this window alone: several may open in the same millisecond. */
  window: z.string().min(1).max(100),
  /** When this window opened: the begin of its session. */
  sessionStartMs: z.number(),
  editor: z.string().max(200),
  /** Of the extension. */
  version: z.string().min(1).max(100),
});
export type Hello = z.infer<typeof helloSchema>;

/** The commands of the API, and what only our own windows ask: `dashboard` takes a `DashboardCall`. */
export const engineCommands = [...apiCommands, 'dashboard'] as const;
export type EngineCommand = (typeof engineCommands)[number];

export const apiCallSchema = z.object({
  command: z.enum(engineCommands),
  argument: z.unknown().optional(),
  /** Of this call, however often it is asked again. */
  id: z.string().max(100).optional(),
});
export type ApiCall = z.infer<typeof apiCallSchema>;

export const engineSettingsSchema = z.object({
  /** IANA zone; empty for this machine's. */
  timezone: z.string(),
  /** Which agents' logs are read; what is not named is. */
  sources: z.record(z.string().max(100), z.boolean()),
  /** The user's configuration; absolute, need not exist. */
  configFile: z.string().min(1),
  /** Whether the user's settings name it. */
  configFileChosen: z.boolean().optional(),
  /** Whether a public price list is fetched, and from where; an empty address: from where it is published. */
  prices: z.object({ update: z.enum(priceUpdateModes), url: z.string() }),
  /** Configurations of this window's folders. */
  workspaces: z.array(workspaceLayerSchema).max(mostWorkspaces),
});
export type EngineSettings = z.infer<typeof engineSettingsSchema>;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export const logEntrySchema = z.object({ level: z.enum(logLevels), message: z.string() });
export type LogEntry = z.infer<typeof logEntrySchema>;
