/** The one status bar item. Renders what `MeterModel` knows; its ages are refreshed once a minute. */
import { MarkdownString, StatusBarAlignment, env, window, type Disposable, type StatusBarItem } from 'vscode';
import { commands, displayName, statusBarItemId } from '../contributions';
import { createFormat, type Format } from './format';
import type { MeterModel } from './meterModel';
import { meterText } from './meterText';
import { tooltipCommands, tooltipMarkdown } from './tooltip';

const ageEveryMs = 60_000;
const priority = 90;

export class MeterStatusBar implements Disposable {
  readonly #model: MeterModel;
  readonly #now: () => number;
  readonly #item: StatusBarItem;
  readonly #listener: Disposable;
  readonly #ageTimer: NodeJS.Timeout;
  #format: { timezone: string; format: Format } | null = null;
  #tooltip = '';
  #tooltipTimer: NodeJS.Timeout | undefined;

  constructor(model: MeterModel, now: () => number) {
    this.#model = model;
    this.#now = now;
    this.#item = window.createStatusBarItem(statusBarItemId, StatusBarAlignment.Left, priority);
    this.#item.name = displayName;
    this.#item.command = commands.showCosts;
    this.#listener = model.onDidChange(() => this.#render());
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
    const format = this.#formatFor(view.snapshot?.timezone ?? '');
    const nowMs = this.#now();
    const { text, label } = meterText(view, format, nowMs);
    if (this.#item.text !== text) this.#item.text = text;
    if (this.#item.accessibilityInformation?.label !== label) {
      this.#item.accessibilityInformation = { label, role: 'button' };
    }
    // The first paint does not wait for the tooltip.
    this.#tooltipTimer ??= setTimeout(() => this.#renderTooltip(), 0);
  }

  /** An open hover is rebuilt when the tooltip is set, so it is set only when it differs. */
  #renderTooltip(): void {
    this.#tooltipTimer = undefined;
    const { view } = this.#model;
    const markdown = tooltipMarkdown(view, this.#formatFor(view.snapshot?.timezone ?? ''), this.#now());
    if (this.#tooltip === markdown) return;
    this.#tooltip = markdown;
    const tooltip = new MarkdownString(markdown, true);
    tooltip.isTrusted = { enabledCommands: tooltipCommands };
    this.#item.tooltip = tooltip;
  }

  #formatFor(timezone: string): Format {
    if (this.#format?.timezone !== timezone) this.#format = { timezone, format: createFormat(env.language, timezone) };
    return this.#format.format;
  }
}
