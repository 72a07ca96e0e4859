/** The one status bar item. Renders what `MeterModel` knows; its ages are refreshed once a minute. */
import {
  MarkdownString,
  StatusBarAlignment,
  ThemeColor,
  env,
  window,
  workspace,
  Disposable,
  type StatusBarItem,
} from 'vscode';
import { commands, displayName, statusBarItemId } from '../../contributions';
import type { LimitState, MeterSnapshot } from '../../protocol/snapshot';
import { createFormat, type Format } from '../../shared/format';
import type { MeterModel } from './meterModel';
import { meterText } from './meterText';
import { changed, readMeterSettings } from '../settings';
import { tooltipCommands, tooltipMarkdown } from './tooltip';

const ageEveryMs = 60_000;
const priority = 90;
/** The only two that a status bar item may have. */
const backgrounds = {
  warning: 'statusBarItem.warningBackground',
  exceeded: 'statusBarItem.errorBackground',
} as const;

export class MeterStatusBar implements Disposable {
  readonly #model: MeterModel;
  readonly #now: () => number;
  readonly #item: StatusBarItem;
  readonly #listener: Disposable;
  readonly #ageTimer: NodeJS.Timeout;
  #format: { key: string; format: Format } | null = null;
  #settings = readMeterSettings();
  #level: LimitState['level'] = 'ok';
  #tooltip = '';
  #tooltipTimer: NodeJS.Timeout | undefined;

  constructor(model: MeterModel, now: () => number) {
    this.#model = model;
    this.#now = now;
    this.#item = window.createStatusBarItem(statusBarItemId, StatusBarAlignment.Left, priority);
    this.#item.name = displayName;
    this.#item.command = commands.showCosts;
    this.#listener = Disposable.from(
      model.onDidChange(() => this.#render()),
      workspace.onDidChangeConfiguration((event) => {
        if (!changed(event, 'meter.show', 'meter.limit')) return;
        this.#settings = readMeterSettings();
        this.#render();
      }),
    );
    this.#ageTimer = setInterval(() => this.#render(), ageEveryMs);
    this.#render();
    this.#item.show();
  }

  dispose(): void {
    clearInterval(this.#ageTimer);
    clearTimeout(this.#tooltipTimer);
    this.#listener.dispose();
    this.#item.dispose();
  }

  #render(): void {
    const { view } = this.#model;
    const format = this.#formatFor(view.snapshot);
    const nowMs = this.#now();
    const { text, label, level } = meterText(view, this.#settings, format, nowMs);
    if (this.#item.text !== text) this.#item.text = text;
    if (this.#item.accessibilityInformation?.label !== label) {
      this.#item.accessibilityInformation = { label, role: 'button' };
    }
    if (this.#level !== level) {
      this.#level = level;
      this.#item.backgroundColor = level === 'ok' ? undefined : new ThemeColor(backgrounds[level]);
    }
    // The first paint does not wait for the tooltip.
    this.#tooltipTimer ??= setTimeout(() => this.#renderTooltip(), 0);
  }

  /** An open hover is rebuilt when the tooltip is set, so it is set only when it differs. */
  #renderTooltip(): void {
    this.#tooltipTimer = undefined;
    const { view } = this.#model;
    const markdown = tooltipMarkdown(view, this.#formatFor(view.snapshot), this.#now());
    if (this.#tooltip === markdown) return;
    this.#tooltip = markdown;
    const tooltip = new MarkdownString(markdown, true);
    tooltip.isTrusted = { enabledCommands: tooltipCommands };
    this.#item.tooltip = tooltip;
  }

  #formatFor(snapshot: MeterSnapshot | null): Format {
    const { timezone = '', currency } = snapshot ?? {};
    const key = JSON.stringify([timezone, currency]);
    if (this.#format?.key !== key) this.#format = { key, format: createFormat(env.language, timezone, currency) };
    return this.#format.format;
  }
}
