/** The dashboard as the window has it from its start on: registered at once, loaded when it is first shown. */
import { commands as vscodeCommands, window, type Disposable } from 'vscode';
import { commands, dashboardPanel, overviewView, settingsSection, type CommandId } from '../../contributions';
import type { DashboardSelection } from '../../protocol/dashboard/dashboard';
import type { PageAction } from '../../protocol/dashboard/dashboardMessages';
import type { DashboardContext } from './context';
import type { DashboardWebviews } from './webviews';

const actionCommands: Readonly<Record<Exclude<PageAction, 'export' | 'openSettings'>, CommandId>> = {
  openDashboard: commands.openDashboard,
  refresh: commands.refresh,
  showCosts: commands.showCosts,
  showLog: commands.showLog,
  openWalkthrough: commands.openWalkthrough,
  openLedgerFolder: commands.openLedgerFolder,
  openConfiguration: commands.openConfiguration,
  exportAudit: commands.exportAudit,
  manageSubscriptions: commands.manageSubscriptions,
  setBudget: commands.setBudget,
};

export class Dashboard implements Disposable {
  readonly #context: DashboardContext;
  readonly #registered: Disposable[];
  #loading: Promise<DashboardWebviews> | null = null;
  #disposed = false;

  constructor(context: Omit<DashboardContext, 'run'>) {
    this.#context = { ...context, run: (action, selection) => this.#run(action, selection) };
    this.#registered = [
      window.registerWebviewPanelSerializer(dashboardPanel, {
        deserializeWebviewPanel: async (panel) => (await this.#load()).adopt(panel),
      }),
      window.registerWebviewViewProvider(overviewView, {
        resolveWebviewView: async (view) => (await this.#load()).show(view),
      }),
    ];
  }

  dispose(): void {
    this.#disposed = true;
    for (const one of this.#registered) one.dispose();
    void this.#loading?.then((webviews) => webviews.dispose());
  }

  async open(): Promise<void> {
    (await this.#load()).open();
  }

  /** Of what is chosen in the dashboard, or was last. */
  async exportUsage(selection?: unknown): Promise<void> {
    const { exportUsage } = await import('./exportUsage');
    await exportUsage(this.#context.ask, (await this.#load()).selectionOr(selection));
  }

  #load(): Promise<DashboardWebviews> {
    this.#loading ??= import('./webviews').then(({ DashboardWebviews }) => {
      const webviews = new DashboardWebviews(this.#context);
      if (this.#disposed) webviews.dispose();
      return webviews;
    });
    return this.#loading;
  }

  #run(action: PageAction, selection: DashboardSelection): void {
    const run = (id: string, ...args: unknown[]): void => {
      vscodeCommands
        .executeCommand(id, ...args)
        .then(undefined, (error: unknown) => this.#context.log.warn(String(error)));
    };
    switch (action) {
      case 'export':
        run(commands.exportUsage, selection);
        break;
      case 'openSettings':
        run('workbench.action.openSettings', settingsSection);
        break;
      default:
        run(actionCommands[action]);
    }
  }
}
