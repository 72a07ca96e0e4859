/**
 * The dashboard's two places: a tab of the editor, which comes back after a reload, and a view in the side bar. Loaded
 * when the first of them is shown.
 */
import { randomBytes } from 'node:crypto';
import {
  env,
  l10n,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type Webview,
  type WebviewPanel,
  type WebviewView,
} from 'vscode';
import { dashboardPanel, displayName } from '../../contributions';
import { defaultSelection, selectionSchema, type DashboardSelection } from '../../protocol/dashboard/dashboard';
import type { DashboardPlace, PageAction } from '../../protocol/dashboard/dashboardMessages';
import { dashboardStrings } from '../../protocol/dashboard/dashboardStrings';
import type { DashboardContext } from './context';
import { pageHtml } from './html';
import { InsightFeed } from './insightFeed';
import { DashboardSession } from './session';

/** The side bar has no filters to be seen, so what is filtered in the tab is not its business. */
const memories: Readonly<Record<DashboardPlace, string>> = {
  editor: 'dashboardSelection',
  sidebar: 'overviewSelection',
};

export class DashboardWebviews implements Disposable {
  readonly #context: DashboardContext;
  readonly #sessions = new Set<DashboardSession>();
  readonly #listener: Disposable;
  readonly #insights: InsightFeed;
  #panel: WebviewPanel | null = null;

  constructor(context: DashboardContext) {
    this.#context = context;
    this.#insights = new InsightFeed({
      ask: context.ask,
      memento: context.globalMemento,
      now: context.now,
      apply: context.applyInsight,
      onFailed: (why) => context.log.warn(`insights: ${why}`),
    });
    this.#listener = context.model.onDidChange(() => {
      for (const session of this.#sessions) session.changed();
    });
  }

  dispose(): void {
    this.#listener.dispose();
    for (const session of this.#sessions) session.dispose();
  }

  /** What a command was given, else what was chosen last in the tab. */
  selectionOr(given: unknown): DashboardSelection {
    return this.#firstOf(given, this.#context.memento.get(memories.editor)) ?? defaultSelection;
  }

  #firstOf(...candidates: unknown[]): DashboardSelection | null {
    const known = candidates.map((one) => selectionSchema.safeParse(one));
    return known.find(({ success }) => success)?.data ?? null;
  }

  open(): void {
    if (this.#panel !== null) this.#panel.reveal();
    else this.adopt(window.createWebviewPanel(dashboardPanel, displayName, ViewColumn.Active, {}));
  }

  /** A new panel, or one that VS Code restored. */
  adopt(panel: WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.iconPath = {
      light: Uri.joinPath(this.#context.extensionUri, 'media', 'dashboard-light.svg'),
      dark: Uri.joinPath(this.#context.extensionUri, 'media', 'dashboard-dark.svg'),
    };
    const session = this.#start(panel.webview, 'editor', panel.visible);
    panel.onDidChangeViewState(() => session.setVisible(panel.visible));
    panel.onDidDispose(() => {
      this.#end(session);
      if (this.#panel === panel) this.#panel = null;
    });
  }

  show(view: WebviewView): void {
    const session = this.#start(view.webview, 'sidebar', view.visible);
    view.onDidChangeVisibility(() => session.setVisible(view.visible));
    view.onDidDispose(() => this.#end(session));
  }

  #end(session: DashboardSession): void {
    session.dispose();
    this.#sessions.delete(session);
  }

  #start(webview: Webview, place: DashboardPlace, visible: boolean): DashboardSession {
    const { extensionUri, model, memento, ask, now, log } = this.#context;
    const session = new DashboardSession({
      place,
      ask,
      now,
      view: () => model.view,
      recall: () => this.#firstOf(memento.get(memories[place])),
      remember: (selection) => {
        memento.update(memories[place], selection).then(undefined, (error: unknown) => log.warn(String(error)));
      },
      locale: env.language,
      strings: Object.fromEntries(Object.entries(dashboardStrings).map(([key, words]) => [key, l10n.t(words)])),
      send: (message) => void webview.postMessage(message),
      copy: (text) => void env.clipboard.writeText(text),
      run: (action: PageAction, selection) => this.#context.run(action, selection),
      insights: place === 'editor' ? this.#insights : null,
      onRefused: (why) => log.warn(`dashboard: ${why}`),
    });
    this.#sessions.add(session);
    session.setVisible(visible);
    session.expect();
    webview.onDidReceiveMessage((message: unknown) => session.receive(message));
    const folders = ['dist', 'media'].map((name) => Uri.joinPath(extensionUri, name));
    webview.options = { enableScripts: true, localResourceRoots: folders };
    const inDist = (name: string): string => webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', name)).toString();
    webview.html = pageHtml({
      script: inDist('webview.js'),
      style: inDist('webview.css'),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      language: env.language,
      title: displayName,
    });
    return session;
  }
}
