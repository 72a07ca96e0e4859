/**
 * The engine: born with its data, it speaks RPC over its thread's port and joins the ledger. Loaded by boot.ts. What the port
 * brings is our own host's, of this very version, which checks it as it sends it; schemas cost a start more than all the rest.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { ownVariables } from '../config/resolve/variables';
import { loadSqlJs } from '../ledger/tables/database';
import {
  budgetEventNotification,
  helloRequest,
  logNotification,
  lookNotification,
  settingsNotification,
  shutdownRequest,
  snapshotNotification,
} from '../protocol/engineMessages';
import type { EngineSettings } from '../protocol/rpc';
import { serve } from '../protocol/serve';
import type { MeterSnapshot } from '../protocol/snapshot';
import { snapshotVersion } from '../protocol/vocabulary';
import { portTransport } from '../protocol/transport';
import type { EngineWorkerData } from '../protocol/workerData';
import { removeOldCompiled } from './compiledFolder';
import { pictureWithout } from './figures/snapshot';
import type { ReaderThreads } from './ingest/readerThreads';
import { Lead } from './lead';
import { Member } from './leadership/member';
import { Rates } from './prices/rates';
import { bugIn, type Log } from './support/log';
import type { Caller } from './support/view';
import { zoneOrLocal, type Zone } from './support/zone';

/** When a start is surely over. */
const tidyAfterMs = 60_000;

/** `readers`: of which one may have been started already. */
export function runEngine(readers: ReaderThreads): void {
  if (parentPort === null) throw new Error('the engine runs in a worker thread');
  const { reader, writer } = portTransport(parentPort);
  const connection = createMessageConnection(reader, writer);
  const born = workerData as EngineWorkerData;

  const log: Log = (level, message) => {
    connection.sendNotification(logNotification, { level, message }).catch(() => undefined);
  };
  let zone = zoneOf(born.settings);
  let settings = born.settings;
  const variables = ownVariables(born.environment);
  const caller = (): Caller => ({
    kind: 'window',
    window: born.hello.window,
    sessionStartMs: born.hello.sessionStartMs,
    timezone: zone.name,
    workspaces: settings.workspaces,
    environment: variables,
  });
  const { dataDirectory, wasmPath } = born;
  // Starts while the lead is being looked for; whoever opens the ledger finds it ready, or its error.
  loadSqlJs(wasmPath).catch(() => undefined);
  const now = (): number => Date.now();
  const machine = { dataDirectory, wasmPath, readers, rates: new Rates(), now, log };
  let lead: Lead | null = null;
  const member = new Member({
    dataDirectory,
    caller: caller(),
    version: { snapshot: snapshotVersion, product: born.hello.version },
    makeLead: (claimed) =>
      (lead = new Lead({ ...machine, ...claimed, settings: () => settings, zone: () => zone.name })),
    onDidFollow: () => readers.dismiss(),
    now,
    log,
  });
  let latest: MeterSnapshot | null = null;
  member.onDidShow((shown) => {
    const snapshot =
      'snapshot' in shown ? shown.snapshot : pictureWithout(shown.problem, dataDirectory, caller(), now());
    latest = withZone(snapshot);
    connection.sendNotification(snapshotNotification, latest).catch(() => undefined);
  });
  member.onDidHappen((event) => {
    connection.sendNotification(budgetEventNotification, event).catch(() => undefined);
  });

  connection.onRequest(helloRequest, () => latest);
  serve(connection, member.ask, {
    api: (call) => member.api(call),
    refresh: async (question, options) => withZone(await member.ask('refresh', question, options)),
  });
  connection.onNotification(settingsNotification, (changed) => {
    settings = changed;
    zone = zoneOf(settings);
    lead?.settingsChanged();
    member.look(caller());
  });
  connection.onNotification(lookNotification, () => member.look(caller()));
  connection.onRequest(shutdownRequest, async () => {
    readers.dismiss();
    await member.dispose();
    return null;
  });
  connection.listen();
  // The last line: each promise has a holder of its own, and a bug that leaves one without must not end what is sound.
  let unheld = 0;
  process.on('unhandledRejection', (error) => bugIn(`a promise that nobody holds (${(unheld += 1)})`, log)(error));
  setTimeout(() => void removeOldCompiled(born.dataDirectory, born.compiledFolder, Date.now()), tidyAfterMs).unref();

  function zoneOf(settings: EngineSettings): Zone {
    const chosen = zoneOrLocal(settings.timezone);
    if (chosen.problem !== null) log('warn', chosen.problem.message);
    return chosen;
  }

  /** The zone is this window's own, so the lead knows nothing of what is wrong with it. */
  function withZone(snapshot: MeterSnapshot): MeterSnapshot {
    return zone.problem === null ? snapshot : { ...snapshot, problems: [...snapshot.problems, zone.problem] };
  }
}
