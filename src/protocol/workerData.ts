/** What the engine's threads are born with. */
import * as z from 'zod';
import { engineSettingsSchema, helloSchema } from './rpc';

export const engineWorkerDataSchema = z.object({
  /** Absolute; need not exist yet. */
  dataDirectory: z.string().min(1),
  settings: engineSettingsSchema,
  hello: helloSchema,
  /** The extension host's environment, by which the agents' own directories are found. */
  environment: z.record(z.string(), z.string()),
  /** sql.js's WebAssembly. */
  wasmPath: z.string().min(1),
  /** Where Node may keep what it compiled: of the extension and this version alone. `null`: nowhere. */
  compiledFolder: z.string().min(1).nullable(),
  /** The log reader's script. */
  readerPath: z.string().min(1),
});

export type EngineWorkerData = z.infer<typeof engineWorkerDataSchema>;
