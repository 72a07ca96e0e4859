/** *Show Costs*: a read-only text in Markdown's syntax that follows the meter while it is open. */
import {
  EventEmitter,
  Uri,
  env,
  l10n,
  window,
  workspace,
  type Disposable,
  type TextDocumentContentProvider,
} from 'vscode';
import { documentScheme } from '../../contributions';
import type { ApiCommand, ApiResult, ApiValues, UsageRequest } from '../../protocol/api/api';
import type { Grouping } from '../../protocol/vocabulary';
import { costsDocument, type Costs, type CostSection } from '../documents/costsDocument';
import { createFormat } from '../../shared/format';
import type { MeterModel } from '../meter/meterModel';

/** Without `.md`: VS Code wraps the lines of Markdown, and a wrapped table can't be read. */
const uri = Uri.from({ scheme: documentScheme, path: '/Agent Costs' });
/** A busy agent changes the figures many times a second; nobody reads that fast. */
const followEveryMs = 1000;

type Ask = (command: ApiCommand, argument: unknown) => Promise<ApiResult<unknown>>;

export class CostsDocuments implements TextDocumentContentProvider, Disposable {
  readonly #model: MeterModel;
  readonly #ask: Ask;
  readonly #now: () => number;
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(model: MeterModel, ask: Ask, now: () => number) {
    this.#model = model;
    this.#ask = ask;
    this.#now = now;
    this.#disposables = [
      workspace.registerTextDocumentContentProvider(documentScheme, this),
      model.onDidChange(() => this.#follow()),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
    this.#changed.dispose();
  }

  async show(): Promise<void> {
    const document = await workspace.openTextDocument(uri);
    this.#changed.fire(uri);
    await window.showTextDocument(document, { preview: false });
  }

  async provideTextDocumentContent(): Promise<string> {
    const costs = await this.#costs();
    if (costs.ok) {
      const { timezone } = costs.value.month;
      return costsDocument(costs.value, createFormat(env.language, timezone, this.#model.view.snapshot?.currency));
    }
    return `# ${l10n.t('Agent costs')}\n\n${l10n.t('There is nothing to show yet.')} ${costs.error.message}\n`;
  }

  async #costs(): Promise<ApiResult<Costs>> {
    const [today, month, session, byProvider, byProject, byModel] = await Promise.all([
      this.#usage({ period: 'today' }),
      this.#usage({ period: 'month' }),
      this.#usage({ period: 'session' }),
      this.#section(l10n.t('By provider'), [l10n.t('Provider')], ['provider']),
      this.#section(l10n.t('By project'), [l10n.t('Project')], ['project']),
      this.#section(l10n.t('By model'), [l10n.t('Provider'), l10n.t('Model')], ['provider', 'model']),
    ]);
    if (!today.ok) return today;
    if (!month.ok) return month;
    if (!session.ok) return session;
    if (!byProvider.ok) return byProvider;
    if (!byProject.ok) return byProject;
    if (!byModel.ok) return byModel;
    const sections = [byProvider.value, byProject.value, byModel.value];
    return {
      ok: true,
      value: { today: today.value, month: month.value, session: session.value, sections, nowMs: this.#now() },
    };
  }

  async #section(title: string, heads: string[], groupBy: Grouping[]): Promise<ApiResult<CostSection>> {
    const [today, month] = await Promise.all([
      this.#usage({ period: 'today', groupBy }),
      this.#usage({ period: 'month', groupBy }),
    ]);
    if (!today.ok) return today;
    if (!month.ok) return month;
    return { ok: true, value: { title, heads, groupBy, today: today.value, month: month.value } };
  }

  async #usage(request: UsageRequest): Promise<ApiResult<ApiValues['usage']>> {
    return (await this.#ask('usage', request)) as ApiResult<ApiValues['usage']>;
  }

  #follow(): void {
    if (!workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(uri);
    }, followEveryMs);
  }
}
