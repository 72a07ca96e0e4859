/** The engine's thread: born with its data, it speaks RPC over its port and joins the ledger. */
import { parentPort, workerData } from 'node:worker_threads';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { portTransport } from '../protocol/transport';
import {
  apiCallSchema,
  apiRequest,
  engineSettingsSchema,
  helloRequest,
  helloSchema,
  logNotification,
  pauseImportRequest,
  refreshRequest,
  settingsNotification,
  shutdownRequest,
  snapshotNotification,
  type EngineSettings,
} from '../protocol/rpc';
import { engineWorkerDataSchema } from '../protocol/workerData';
import type { MeterSnapshot } from '../protocol/snapshot';
import type { SourceId } from '../protocol/vocabulary';
import type { Log } from './log';
import { Member } from './member';
import { Rates } from './rates';
import type { View } from './service';
import { zoneOrLocal } from './zone';

if (parentPort === null) throw new Error('the engine runs in a worker thread');
const { reader, writer } = portTransport(parentPort);
const connection = createMessageConnection(reader, writer);
const born = engineWorkerDataSchema.parse(workerData);

const log: Log = (level, message) => {
  connection.sendNotification(logNotification, { level, message }).catch(() => undefined);
};
const view: View = { sessionStartMs: born.hello.sessionStartMs, timezone: zoneOrLocal(born.settings.timezone, log) };
const member = new Member({
  dataDirectory: born.dataDirectory,
  environment: born.environment,
  wasmPath: born.wasmPath,
  readerPath: born.readerPath,
  sources: sourcesOf(born.settings),
  rates: new Rates(),
  now: () => Date.now(),
  log,
  view,
});
let latest: MeterSnapshot | null = null;
member.onDidTakeSnapshot((snapshot) => {
  latest = snapshot;
  connection.sendNotification(snapshotNotification, snapshot).catch(() => undefined);
});

connection.onRequest(helloRequest, (hello) => {
  helloSchema.parse(hello);
  return latest;
});
connection.onRequest(apiRequest, (call) => member.api(apiCallSchema.parse(call)));
connection.onRequest(refreshRequest, async (token) => {
  const snapshot = await member.refresh(token);
  if (snapshot === null) throw new Error('the ledger is not ready');
  return snapshot;
});
connection.onRequest(pauseImportRequest, async () => {
  await member.pauseImport();
  return null;
});
connection.onNotification(settingsNotification, (settings) => {
  const valid = engineSettingsSchema.parse(settings);
  member.setSources(sourcesOf(valid));
  member.look({ ...view, timezone: zoneOrLocal(valid.timezone, log) });
});
connection.onRequest(shutdownRequest, async () => {
  await member.dispose();
  return null;
});
connection.listen();

function sourcesOf(settings: EngineSettings): SourceId[] {
  return settings.claudeCode ? ['claude-code'] : [];
}
