/** What the page knows, and all it can ask for. Views read it and call it; nothing else talks to the host. */
import type { Currency } from '../src/shared/format';
import type {
  DashboardFilter,
  DashboardFilterKey,
  DashboardRequests,
  DashboardSelection,
  PeriodSelection,
  RequestsPage,
} from '../src/protocol/dashboard/dashboard';
import type {
  AuditTrail,
  DashboardPlace,
  DashboardState,
  InsightAction,
  PageAction,
  ToPage,
} from '../src/protocol/dashboard/dashboardMessages';
import { Host, type Memory } from './host';
import { createText, prepareFormats, type Text } from './text';

export interface Shown {
  place: DashboardPlace;
  state: DashboardState;
  text: Text;
}

interface Answers {
  requests: DashboardRequests;
  audit: AuditTrail;
}
type Asked = { [K in keyof Answers]: Map<number, (answer: Answers[K] | null) => void> };

export class Page {
  readonly #host: Host;
  readonly #listeners = new Set<() => void>();
  readonly #waiting: Asked = { requests: new Map(), audit: new Map() };
  #asked = 0;
  #start: { place: DashboardPlace; locale: string; strings: Record<string, string> } | null = null;
  #shown: Shown | null = null;
  #trail: AuditTrail | null = null;

  constructor() {
    this.#host = new Host((message) => this.#receive(message));
    this.#host.send({ type: 'ready', selection: this.#host.memory.selection });
    // The answer is on its way meanwhile.
    prepareFormats();
  }

  get shown(): Shown | null {
    return this.#shown;
  }

  /** The audit trail as it came last. */
  get trail(): AuditTrail | null {
    return this.#trail;
  }

  get memory(): Memory {
    return this.#host.memory;
  }

  remember(part: Partial<Memory>): void {
    this.#host.remember(part);
    this.#changed();
  }

  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setPeriod(period: PeriodSelection): void {
    this.#select((selection) => ({ ...selection, period }));
  }

  /** `null` lifts the filter. */
  setFilter(key: DashboardFilterKey, value: string | null): void {
    this.#select(({ period, filter }) => {
      const others = Object.fromEntries(Object.entries(filter).filter(([name]) => name !== key));
      return { period, filter: value === null ? others : { ...others, [key]: value } };
    });
  }

  setFilters(filter: DashboardFilter): void {
    this.#select((selection) => ({ ...selection, filter }));
  }

  setSelection(selection: DashboardSelection): void {
    this.#select(() => selection);
  }

  /** `null`: it could not be answered. */
  requests(page: RequestsPage): Promise<DashboardRequests | null> {
    const ask = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.requests.set(ask, resolve);
      this.#host.send({ type: 'requests', ask, page });
    });
  }

  /** Likewise. */
  audit(): Promise<AuditTrail | null> {
    const ask = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.audit.set(ask, resolve);
      this.#host.send({ type: 'audit', ask });
    });
  }

  copy(text: string): void {
    this.#host.send({ type: 'copy', text });
  }

  insight(id: string, action: InsightAction): void {
    this.#host.send({ type: 'insight', id, action });
  }

  run(action: PageAction): void {
    this.#host.send({ type: 'run', action });
  }

  /** Shown at once, with the figures of before until the new ones are there. */
  #select(change: (selection: DashboardSelection) => DashboardSelection): void {
    if (this.#shown === null) return;
    const selection = change(this.#shown.state.selection);
    this.#shown = { ...this.#shown, state: { ...this.#shown.state, selection } };
    this.#host.remember({ selection });
    this.#host.send({ type: 'select', selection });
    this.#changed();
  }

  #receive(message: ToPage): void {
    switch (message.type) {
      case 'start':
        this.#start = message;
        document.documentElement.lang = message.locale;
        this.#show(message.state);
        break;
      case 'state':
        this.#show(message.state);
        break;
      case 'requests':
        this.#waiting.requests.get(message.ask)?.(message.answer);
        this.#waiting.requests.delete(message.ask);
        break;
      case 'audit':
        this.#trail = message.answer ?? this.#trail;
        // The host answers the last of several questions: it is the answer to those before, too.
        for (const [ask, resolve] of this.#waiting.audit) {
          if (ask > message.ask) continue;
          this.#waiting.audit.delete(ask);
          resolve(message.answer);
        }
        break;
    }
  }

  #show(state: DashboardState): void {
    if (this.#start === null) return;
    const { place, locale, strings } = this.#start;
    const zone = state.figures?.timezone ?? 'UTC';
    const known = this.#shown?.text;
    const { currency } = state;
    const text =
      known?.zone === zone && known.locale === locale && isSame(known.currency, currency)
        ? known
        : createText(locale, zone, strings, currency);
    this.#host.remember({ selection: state.selection });
    this.#shown = { place, state, text };
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function isSame(one: Currency, other: Currency): boolean {
  return one.code === other.code && one.perUsd === other.perUsd;
}
