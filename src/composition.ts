/**
 * The one place that constructs things. What the first paint needs is constructed at once; zod, JSON-RPC and the
 * worker are loaded behind it.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { commands as vscodeCommands, env, Disposable, workspace, type ExtensionContext } from 'vscode';
import { createApi, createApiHandlers, type AgentMeterApi } from './api/agentMeterApi';
import { commands, walkthrough } from './contributions';
import { AlertNotifier } from './host/notices/alertNotifier';
import { askApi, type AskApi } from './host/engine/askApi';
import { BudgetCommands } from './host/commands/configure/budgetCommands';
import { openLedgerFolder } from './host/commands/openLedgerFolder';
import { rebuildLedger } from './host/commands/rebuildLedger';
import { refresh } from './host/commands/refresh';
import { reprice } from './host/commands/reprice';
import { CostsDocuments } from './host/commands/showCosts';
import { Dashboard } from './host/dashboard/dashboard';
import { PriceDocuments } from './host/commands/showPrice';
import { PriceUpdates } from './host/commands/updatePrices';
import { QuotaDocuments } from './host/commands/showQuotas';
import { prepareDataDirectory } from './host/engine/dataDirectory';
import { EngineClient, type EngineStart } from './host/engine/engineClient';
import { ImportProgress } from './host/meter/importProgress';
import type { ConfigurationEditor } from './host/language/languageEditor';
import type { Prices } from './host/language/languageClient';
import { LanguageSupport } from './host/language/languageSupport';
import { Log } from './host/log';
import { MeterModel } from './host/meter/meterModel';
import { OneAtATime } from './host/notices/oneAtATime';
import { ProblemNotifier } from './host/notices/problemNotifier';
import { registerApi, registerCommands } from './host/registerCommands';
import { changed, readEngineSettings, readSetting } from './host/settings';
import { MeterStatusBar } from './host/meter/statusBar';
import { WorkspaceConfigurations } from './host/workspaceConfigurations';

export interface Composition {
  api: AgentMeterApi;
  log: Log;
  /** Fulfilled when the engine has written what was open. */
  shutdown(): Promise<void>;
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** Figures are painted before anything heavy is loaded: a turn of the event loop lets the item reach the window. */
function afterPaint(work: () => void): Disposable {
  const timer = setTimeout(work, 0);
  return new Disposable(() => clearTimeout(timer));
}

type WithEditor = <T>(run: (editor: ConfigurationEditor) => Promise<T>) => Promise<T>;

function editorOf(language: LanguageSupport): WithEditor {
  return async (run) => {
    const { ConfigurationEditor } = await import('./host/language/languageEditor');
    return await run(new ConfigurationEditor((method, parameters) => language.ask(method, parameters)));
  };
}

/** Loaded when they are first used, and zod with them. */
function configurationCommands(withEditor: WithEditor, ask: AskApi) {
  return {
    [commands.openConfiguration]: async () =>
      withEditor((await import('./host/commands/openConfiguration')).openConfiguration),
    [commands.manageTiers]: async () => withEditor((await import('./host/commands/configure/manageTiers')).manageTiers),
    [commands.setBudget]: async () => {
      const { setBudget } = await import('./host/commands/configure/setBudget');
      await withEditor((editor) => setBudget(editor, ask));
    },
    [commands.manageSubscriptions]: async () =>
      withEditor((await import('./host/commands/configure/manageSubscriptions')).manageSubscriptions),
  };
}

async function shutdown(client: EngineClient, model: MeterModel, language: LanguageSupport): Promise<void> {
  await Promise.allSettled([client.shutdown(), model.remember(), language.stop()]);
}

export function compose(context: ExtensionContext): Composition {
  const now = (): number => Date.now();
  const opened = { window: randomUUID(), sessionStartMs: now() };
  const inBundle = (file: string): string => path.join(context.extensionPath, 'dist', file);
  const { version } = context.extension.packageJSON as { version: string };
  const storage = context.globalStorageUri;

  const workspaces = new WorkspaceConfigurations();
  const prepare = async (): Promise<EngineStart> => {
    const directory = await prepareDataDirectory(readSetting('dataDirectory'));
    if (!directory.ok) return directory;
    return {
      ok: true,
      data: {
        dataDirectory: directory.path,
        settings: readEngineSettings(await workspaces.read()),
        hello: { ...opened, version, editor: env.appName.slice(0, 200) },
        environment: environment(),
        wasmPath: inBundle('sql-wasm.wasm'),
        readerPath: inBundle('reader.js'),
        compiledFolder: storage.scheme === 'file' ? path.join(storage.fsPath, 'compiled', version) : null,
      },
    };
  };
  const connect: ConstructorParameters<typeof EngineClient>[0]['connect'] = async () => {
    const { workerEngine } = await import('./host/engine/engineWorker');
    return workerEngine(inBundle('engine.js'));
  };

  const client = new EngineClient({ prepare, connect });
  const model = new MeterModel({ client, memento: context.globalState, extensionVersion: version, now });
  const statusBar = new MeterStatusBar(model, now);
  const log = new Log();
  const prices: Prices = {
    price: (question) => client.ask('price', question),
    models: async () => (await client.ask('models', {})) ?? [],
  };
  const costs = new CostsDocuments(model, (command, argument) => client.call(command, argument), now);
  const language = new LanguageSupport({ module: inBundle('language.js'), model, prices, log, now });
  const withEditor = editorOf(language);
  const dashboard = new Dashboard({
    extensionUri: context.extensionUri,
    model,
    memento: context.workspaceState,
    globalMemento: context.globalState,
    applyInsight: async ({ operations }) => {
      const { applyInsight } = await import('./host/commands/configure/applyInsight');
      return await withEditor((editor) => applyInsight(editor, operations ?? []));
    },
    ask: (command, argument) => client.call(command, argument),
    now,
    log,
  });
  const priceDocuments = new PriceDocuments(prices, now);
  const priceUpdates = new PriceUpdates(client, context.globalState);
  const quotas = new QuotaDocuments(model, (command, argument) => client.call(command, argument), now);
  const ask = askApi((command, argument) => client.call(command, argument));
  const budgets = new BudgetCommands(model, ask, now);
  const notifications = new OneAtATime();
  const notifier = new AlertNotifier(
    model,
    (action, id, until) => client.call('alert', { id, action, ...(until !== undefined && { until }) }),
    notifications,
    now,
  );
  const handlers = createApiHandlers(client);

  context.subscriptions.push(
    model,
    statusBar,
    log,
    costs,
    dashboard,
    priceDocuments,
    priceUpdates,
    quotas,
    language,
    client.onDidLog((entry) => log.write(entry)),
    budgets,
    notifier,
    new ProblemNotifier(model, log, context.globalState, notifications),
    notifications,
    new ImportProgress(model, client),
    ...registerApi(handlers),
    ...registerCommands(
      {
        [commands.openDashboard]: () => dashboard.open(),
        [commands.showCosts]: () => costs.show(),
        [commands.exportUsage]: (selection) => dashboard.exportUsage(selection),
        [commands.showQuotas]: () => quotas.show(),
        [commands.showPrice]: () => priceDocuments.show(),
        [commands.updatePrices]: () => priceUpdates.run(),
        ...configurationCommands(withEditor, ask),
        ...budgets.handlers,
        [commands.refresh]: () => refresh(client),
        [commands.openLedgerFolder]: openLedgerFolder,
        [commands.reprice]: () => reprice(client),
        [commands.rebuildLedger]: () => rebuildLedger(client),
        [commands.showLog]: () => {
          log.show();
          return Promise.resolve();
        },
        [commands.openWalkthrough]: async () => {
          await vscodeCommands.executeCommand('workbench.action.openWalkthrough', walkthrough.id);
        },
      },
      log,
    ),
    workspaces,
    workspaces.onDidChange((layers) => {
      client.updateSettings(readEngineSettings(layers)).catch((error: unknown) => log.error(String(error)));
    }),
    workspace.onDidChangeConfiguration((event) => {
      const told = changed(event, 'dataDirectory')
        ? client.restart()
        : changed(event, 'timezone', 'sources', 'claudeCode.enabled', 'configFile', 'prices.update', 'prices.url') &&
          client.updateSettings(readEngineSettings(workspaces.layers));
      if (told !== false) told.catch((error: unknown) => log.error(String(error)));
    }),
    afterPaint(() => {
      void client.start();
      language.start();
    }),
  );
  return { api: createApi(handlers, client), log, shutdown: () => shutdown(client, model, language) };
}
