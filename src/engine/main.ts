/**
 * The engine: born with its data, it speaks RPC over its thread's port and joins the ledger. Loaded by boot.ts. What the port
 * brings is our own host's, of this very version, which checks it as it sends it; schemas cost a start more than all the rest.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import { portTransport } from '../protocol/transport';
import {
  apiRequest,
  budgetEventNotification,
  helloRequest,
  logNotification,
  lookNotification,
  pauseImportRequest,
  rebuildMethod,
  refreshRequest,
  repriceMethod,
  settingsNotification,
  shutdownRequest,
  snapshotNotification,
  updatePricesMethod,
} from '../protocol/requests';
import { ownVariables } from '../config/resolve/variables';
import type { EngineSettings } from '../protocol/rpc';
import { serveWork } from '../protocol/serveWork';
import type { EngineWorkerData } from '../protocol/workerData';
import { modelsRequest, priceRequest, takePricesRequest } from '../protocol/prices/priceRequests';
import type { MeterSnapshot } from '../protocol/snapshot';
import { snapshotVersion } from '../protocol/snapshotVersion';
import { removeOldCompiled } from './compiledFolder';
import { bugIn, type Log } from './support/log';
import { parseAhead, resolveLayers } from './configuration/resolveLayers';
import { Member } from './leadership/member';
import { Rates } from './prices/rates';
import type { ReaderThreads } from './ingest/readerThreads';
import type { WindowView } from './support/view';
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
  const viewNow = (): WindowView => ({
    window: born.hello.window,
    sessionStartMs: born.hello.sessionStartMs,
    timezone: zone.name,
    workspaces: settings.workspaces,
    environment: variables,
  });
  const member = new Member({
    dataDirectory: born.dataDirectory,
    wasmPath: born.wasmPath,
    readers,
    sources: born.settings.sources,
    rates: new Rates(),
    now: () => Date.now(),
    log,
    configFile: settings.configFile,
    configFileChosen: settings.configFileChosen === true,
    resolve: resolveLayers,
    parse: parseAhead,
    view: viewNow(),
    version: { snapshot: snapshotVersion, product: born.hello.version },
    priceFeed: () => settings.prices,
  });
  let latest: MeterSnapshot | null = null;
  member.onDidTakeSnapshot((snapshot) => {
    latest = withZone(snapshot);
    connection.sendNotification(snapshotNotification, latest).catch(() => undefined);
  });

  member.onDidHappen((event) => {
    connection.sendNotification(budgetEventNotification, event).catch(() => undefined);
  });

  connection.onRequest(helloRequest, () => latest);
  connection.onRequest(apiRequest, (call) => member.api(call));
  connection.onRequest(refreshRequest, async (token) => {
    const snapshot = await member.refresh(token);
    if (snapshot === null) throw new Error('the ledger is not ready');
    return withZone(snapshot);
  });
  connection.onRequest(pauseImportRequest, async () => {
    await member.pauseImport();
    return null;
  });
  connection.onRequest(priceRequest, (question) => member.price(question));
  connection.onRequest(modelsRequest, () => member.models());
  serveWork(
    connection,
    repriceMethod,
    (asked) => asked as { apply: boolean; progress: string },
    async ({ apply }, work) => ready(await member.reprice(apply, work)),
  );
  serveWork(
    connection,
    rebuildMethod,
    (asked) => asked as { progress: string },
    async (_, work) => ready(await member.rebuild(work)),
  );
  serveWork(
    connection,
    updatePricesMethod,
    (asked) => asked as { address: string; progress: string },
    async ({ address }, work) => ready(await member.updatePrices(address, work)),
  );
  connection.onRequest(takePricesRequest, async (asked) => ready(await member.takePrices(asked)));
  connection.onNotification(settingsNotification, (changed) => {
    settings = changed;
    member.setSources(settings.sources);
    member.setConfigFile(settings.configFile, settings.configFileChosen === true);
    zone = zoneOf(settings);
    member.look(viewNow());
  });
  connection.onNotification(lookNotification, () => member.look(viewNow()));
  connection.onRequest(shutdownRequest, async () => {
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

function ready<T>(answer: T | null): T {
  if (answer === null) throw new Error('the ledger is not ready');
  return answer;
}
