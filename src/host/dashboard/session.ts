/**
 * The conversation with one page. It answers what the page asks and pushes its whole state when something has changed, at
 * most four times a second and never two questions to the engine at once. The first question is asked while the page is still
 * being loaded. While it is hidden nothing is asked; what was missed is pushed when it is seen again.
 */
import { defaultSelection, type DashboardSelection } from '../../protocol/dashboard/dashboard';
import {
  fromPageSchema,
  type DashboardPlace,
  type DashboardState,
  type FromPage,
  type InsightAction,
  type PageAction,
  type ToPage,
} from '../../protocol/dashboard/dashboardMessages';
import { createFormat } from '../../shared/format';
import type { MeterView } from '../meter/meterView';
import { askFigures, askRequests, type AskEngine } from './ask';
import { askAudit } from './audit';
import { AuditAnswers } from './auditAnswers';
import type { InsightFeed } from './insightFeed';
import { dashboardState, type Answered } from './state';

export interface SessionOptions {
  place: DashboardPlace;
  ask: AskEngine;
  /** What the window knows now. */
  view: () => MeterView;
  /** What was chosen last in this window, and what is from now on. */
  recall: () => DashboardSelection | null;
  remember: (selection: DashboardSelection) => void;
  now: () => number;
  locale: string;
  strings: Record<string, string>;
  send: (message: ToPage) => void;
  copy: (text: string) => void;
  run: (action: PageAction, selection: DashboardSelection) => void;
  /** `null`: the page has no room for them. */
  insights: Pick<InsightFeed, 'shown' | 'found' | 'refresh' | 'act'> | null;
  onRefused: (why: string) => void;
  pushEveryMs?: number;
}

/** What was asked while the page was being loaded is good for its first picture. */
const freshMs = 2_000;

export class DashboardSession {
  readonly #options: SessionOptions;
  readonly #pushEveryMs: number;
  #selection: DashboardSelection;
  #answered: Omit<Answered, 'insights'> = { figures: null, failure: null };
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  /** The page is being loaded. */
  #expected = false;
  /** The page stands and listens. */
  #ready = false;
  #visible = true;
  #stale = true;
  #pushing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;
  readonly #audits = new AuditAnswers((ask) => this.#audit(ask));

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#pushEveryMs = options.pushEveryMs ?? 250;
    this.#selection = options.recall() ?? defaultSelection;
  }

  get selection(): DashboardSelection {
    return this.#selection;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#audits.dispose();
  }

  /** The page is on its way: what it will ask for first is asked now. */
  expect(): void {
    this.#expected = true;
    void this.#push();
  }

  /** Something that the page shows may have changed. */
  changed(): void {
    this.#stale = true;
    void this.#push();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (visible) void this.#push();
  }

  /** From the page, which may hold anything. */
  receive(message: unknown): void {
    const parsed = fromPageSchema.safeParse(message);
    if (parsed.success) this.#handle(parsed.data);
    else this.#options.onRefused(parsed.error.issues[0]?.message ?? 'not a message');
  }

  #handle(message: FromPage): void {
    switch (message.type) {
      case 'ready': {
        this.#ready = true;
        this.#audits.renew();
        // VS Code may bring back a page as it was some time ago; what the window remembers is newer.
        if (message.selection !== null && this.#options.recall() === null) this.#choose(message.selection);
        const { place, locale, strings } = this.#options;
        this.#options.send({ type: 'start', place, locale, strings, state: this.#state() });
        const isKnown = this.#pushing || this.#options.now() - this.#answeredAtMs < freshMs;
        if (!isKnown) this.#stale = true;
        else if (!this.#pushing) void this.#lookForInsights();
        void this.#push();
        break;
      }
      case 'select':
        this.#choose(message.selection);
        // Whoever has just chosen waits for nothing.
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.changed();
        break;
      case 'requests':
        void this.#requests(message.ask, message.page);
        break;
      case 'audit':
        this.#audits.want(message.ask);
        break;
      case 'copy':
        this.#options.copy(message.text);
        break;
      case 'insight':
        void this.#act(message.id, message.action);
        break;
      case 'run':
        this.#options.run(message.action, this.#selection);
        break;
    }
  }

  #choose(selection: DashboardSelection): void {
    this.#selection = selection;
    this.#answeredAtMs = Number.NEGATIVE_INFINITY;
    this.#options.remember(selection);
  }

  async #requests(ask: number, page: (FromPage & { type: 'requests' })['page']): Promise<void> {
    try {
      const result = await askRequests(this.#options.ask, { selection: this.#selection, page });
      this.#send({ type: 'requests', ask, answer: result.ok ? result.value : null });
    } catch (error) {
      this.#options.onRefused(String(error));
      this.#send({ type: 'requests', ask, answer: null });
    }
  }

  async #audit(ask: number): Promise<void> {
    try {
      this.#send({ type: 'audit', ask, answer: await askAudit(this.#options.ask) });
    } catch (error) {
      this.#options.onRefused(String(error));
      this.#send({ type: 'audit', ask, answer: null });
    }
  }

  async #push(): Promise<void> {
    const isWanted = this.#ready || (this.#expected && this.#answeredAtMs === Number.NEGATIVE_INFINITY);
    const mayPush = isWanted && this.#visible && this.#stale && !this.#disposed;
    if (!mayPush || this.#pushing || this.#timer !== undefined) return;
    this.#pushing = true;
    this.#stale = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#push();
    }, this.#pushEveryMs);
    const asked = this.#selection;
    const answered = await this.#figures(asked);
    this.#pushing = false;
    // An answer to what is no longer asked is not shown; the question that replaced it is.
    if (asked !== this.#selection) this.#stale = true;
    else {
      this.#answered = answered;
      if (answered.failure === null) this.#answeredAtMs = this.#options.now();
      if (this.#ready) {
        this.#send({ type: 'state', state: this.#state() });
        void this.#lookForInsights();
      }
    }
    void this.#push();
  }

  async #act(id: string, action: InsightAction): Promise<void> {
    try {
      await this.#options.insights?.act(id, action);
    } catch (error) {
      this.#options.onRefused(String(error));
    }
    this.changed();
  }

  /** After the figures, which are not to wait for it. */
  async #lookForInsights(): Promise<void> {
    const before = this.#options.insights?.found;
    await this.#options.insights?.refresh();
    if (this.#options.insights?.found !== before) this.#send({ type: 'state', state: this.#state() });
  }

  #state(): DashboardState {
    const { view, locale, now } = this.#options;
    const shown = view();
    const insights = this.#options.insights?.shown ?? null;
    const { timezone = '', currency } = shown.snapshot ?? {};
    const format = createFormat(locale, timezone, currency);
    return dashboardState(shown, this.#selection, { ...this.#answered, insights }, format, now());
  }

  async #figures(selection: DashboardSelection): Promise<Omit<Answered, 'insights'>> {
    try {
      const result = await askFigures(this.#options.ask, selection);
      if (result.ok) return { figures: result.value, failure: null };
      // What was known stays in sight, under the words that it is not the present.
      return { figures: this.#answered.figures, failure: result.error.message };
    } catch (error) {
      this.#options.onRefused(String(error));
      return { figures: this.#answered.figures, failure: String(error) };
    }
  }

  #send(message: ToPage): void {
    if (!this.#disposed) this.#options.send(message);
  }
}
