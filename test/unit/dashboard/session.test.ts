import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultConfiguration } from '../../../src/config/normalise/defaults';
import { DashboardSession, type SessionOptions } from '../../../src/host/dashboard/session';
import { figures } from '../../../src/engine/figures/dashboardFigures';
import type { ApiResult } from '../../../src/protocol/api/api';
import {
  dashboardCallSchema,
  defaultSelection,
  type DashboardCall,
  type DashboardSelection,
} from '../../../src/protocol/dashboard/dashboard';
import { toPageSchema, type ToPage } from '../../../src/protocol/dashboard/dashboardMessages';
import type { LimitState } from '../../../src/protocol/snapshot';
import { view as meterView } from '../host/samples';
import { nowMs, view } from './support';

vi.mock('vscode', () => import('../host/vscodeMock'));

const empty = {
  query: () => [],
  tierOf: () => null,
  tiers: [],
  payment: { providers: {}, subscriptions: [] },
  configuration: defaultConfiguration,
  priceOf: () => null,
  quotas: () => [],
  activity: {
    page: () => ({ total: 0, sortedOf: null, rows: [] }),
    lifetimes: () => [],
    meanDurations: () => new Map(),
  },
};

class Stage {
  readonly sent: ToPage[] = [];
  readonly asked: DashboardCall[] = [];
  readonly ran: string[] = [];
  readonly refused: string[] = [];
  remembered: DashboardSelection | null = null;
  shown = meterView();
  answer: (call: DashboardCall) => Promise<ApiResult<unknown>> = (call) =>
    Promise.resolve({
      ok: true,
      value:
        call.ask === 'figures'
          ? figures(call.selection, view, nowMs, empty)
          : { total: 0, sortedOf: null, offset: 0, rows: [] },
    });
  readonly session: DashboardSession;

  constructor(changes: Partial<SessionOptions> = {}) {
    this.session = new DashboardSession({
      place: 'editor',
      ask: (command, argument) => {
        expect(command).toBe('dashboard');
        const call = dashboardCallSchema.parse(argument);
        this.asked.push(call);
        return this.answer(call);
      },
      view: () => this.shown,
      recall: () => this.remembered,
      remember: (selection) => (this.remembered = selection),
      now: () => nowMs,
      locale: 'en',
      strings: {},
      send: (message) => this.sent.push(toPageSchema.parse(structuredClone(message))),
      copy: (text) => this.ran.push(`copy ${text}`),
      run: (action) => this.ran.push(action),
      insights: null,
      onRefused: (why) => this.refused.push(why),
      ...changes,
    });
  }

  states(): ToPage[] {
    return this.sent.filter(({ type }) => type === 'state');
  }

  figuresAsked(): number {
    return this.asked.filter(({ ask }) => ask === 'figures').length;
  }
}

const today: DashboardSelection = { period: { kind: 'named', name: 'today' }, filter: { model: 'gpt-5' } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the conversation with a page', () => {
  it('begins when the page stands: what is known at once, then the figures', async () => {
    const stage = new Stage();
    stage.session.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.sent).toEqual([]);
    stage.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.sent.map(({ type }) => type)).toEqual(['start', 'state']);
    expect(stage.sent[0]).toMatchObject({ place: 'editor', state: { figures: null, failure: null } });
    expect(stage.sent[1]).toMatchObject({
      state: { figures: { total: { events: 0 } }, sources: [{ label: 'Claude Code' }] },
    });
  });

  it('asks while the page is being loaded, and once: the first picture has the figures', async () => {
    const stage = new Stage();
    stage.session.expect();
    await vi.advanceTimersByTimeAsync(300);
    for (let change = 0; change < 3; change++) stage.session.changed();
    expect([stage.figuresAsked(), stage.sent]).toEqual([1, []]);
    stage.session.receive({ type: 'ready', selection: null });
    expect(stage.sent).toMatchObject([{ type: 'start', state: { figures: { total: { events: 0 } } } }]);
    await vi.advanceTimersByTimeAsync(1_000);
    // Of what changed meanwhile.
    expect([stage.figuresAsked(), stage.states().length]).toEqual([2, 1]);
  });

  it('sends the answer that comes after the page stands, and asks again what was refused or is old', async () => {
    const late = new Stage();
    const { answer } = late;
    late.answer = async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      return answer(call);
    };
    late.session.expect();
    await vi.advanceTimersByTimeAsync(100);
    late.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(5_000);
    expect([late.figuresAsked(), late.states().length]).toEqual([1, 1]);

    const refused = new Stage();
    const sound = refused.answer;
    refused.answer = () => Promise.resolve({ ok: false, error: { code: 'not_ready', message: 'ask again' } });
    refused.session.expect();
    await vi.advanceTimersByTimeAsync(100);
    refused.answer = sound;
    refused.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(refused.states().at(-1)).toMatchObject({ state: { failure: null, figures: { total: { events: 0 } } } });

    let now = nowMs;
    const old = new Stage({ now: () => now });
    old.session.expect();
    await vi.advanceTimersByTimeAsync(1_000);
    now += 60_000;
    old.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([old.figuresAsked(), old.states().length]).toEqual([2, 1]);
  });

  it('asks nothing for a page that is loaded where nobody sees it, and what the page remembers once it stands', async () => {
    const hidden = new Stage();
    hidden.session.setVisible(false);
    hidden.session.expect();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(hidden.asked).toEqual([]);
    const stage = new Stage();
    stage.session.expect();
    await vi.advanceTimersByTimeAsync(1_000);
    stage.session.receive({ type: 'ready', selection: today });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.asked.map((call) => 'selection' in call && call.selection)).toEqual([defaultSelection, today]);
    expect(stage.states().at(-1)).toMatchObject({ state: { selection: today } });
  });

  it('goes on with what the page showed when it was last seen, unless the window knows better', async () => {
    const stage = new Stage();
    stage.session.receive({ type: 'ready', selection: today });
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.asked).toEqual([{ ask: 'figures', selection: today }]);
    expect(stage.remembered).toEqual(today);
    const later = new Stage();
    later.remembered = defaultSelection;
    later.session.receive({ type: 'ready', selection: today });
    await vi.advanceTimersByTimeAsync(0);
    expect(later.asked).toEqual([{ ask: 'figures', selection: defaultSelection }]);
  });

  it('pushes at most four times a second, and the last change always', async () => {
    const stage = new Stage();
    stage.session.receive({ type: 'ready', selection: null });
    for (let change = 0; change < 100; change++) {
      stage.session.changed();
      await vi.advanceTimersByTimeAsync(20);
    }
    // Two seconds, and the one at once.
    expect(stage.states().length).toBeLessThanOrEqual(9);
    expect(stage.states().length).toBeGreaterThanOrEqual(7);
    stage.shown = meterView({ ledgerEvents: 4711 });
    stage.session.changed();
    await vi.advanceTimersByTimeAsync(500);
    expect(stage.states().at(-1)).toMatchObject({ state: { ledgerEvents: 4711 } });
  });

  it('asks nothing while hidden, and is right when seen again', async () => {
    const stage = new Stage();
    stage.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(1_000);
    stage.session.setVisible(false);
    const before = stage.figuresAsked();
    for (let change = 0; change < 50; change++) stage.session.changed();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stage.figuresAsked()).toBe(before);
    stage.shown = meterView({ ledgerEvents: 99 });
    stage.session.setVisible(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.states().at(-1)).toMatchObject({ state: { ledgerEvents: 99 } });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(stage.figuresAsked()).toBe(before + 1);
  });

  it('never has two questions for figures under way, and shows no answer to what is not asked any more', async () => {
    const stage = new Stage();
    let under = 0;
    let most = 0;
    const answer = stage.answer;
    stage.answer = async (call) => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 700));
      under--;
      return answer(call);
    };
    stage.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(100);
    stage.session.receive({ type: 'select', selection: today });
    for (let change = 0; change < 20; change++) {
      stage.session.changed();
      await vi.advanceTimersByTimeAsync(200);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(most).toBe(1);
    const shown = stage.states().map((message) => (message.type === 'state' ? message.state.selection : null));
    expect(shown.length).toBeGreaterThan(1);
    expect(new Set(shown.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(today)]));
  });

  it('keeps the figures it had, and says why there are no newer ones', async () => {
    const stage = new Stage();
    stage.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(1_000);
    stage.answer = () => Promise.resolve({ ok: false, error: { code: 'storage_unavailable', message: 'no disk' } });
    stage.session.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.states().at(-1)).toMatchObject({ state: { failure: 'no disk', figures: { total: { events: 0 } } } });
    stage.answer = () => Promise.reject(new Error('broken'));
    stage.session.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.states().at(-1)).toMatchObject({ state: { failure: 'Error: broken' } });
    stage.shown = meterView({}, { engine: { kind: 'failed', reason: 'it will not start' } });
    stage.session.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.states().at(-1)).toMatchObject({ state: { failure: 'it will not start' } });
  });

  it('refuses figures that are not as they should be', async () => {
    const stage = new Stage();
    stage.answer = () => Promise.resolve({ ok: true, value: { total: 'plenty' } });
    stage.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.refused).toHaveLength(1);
    expect(stage.states().at(-1)).toMatchObject({ state: { figures: null } });
  });

  it('answers each question for requests with its number', async () => {
    const stage = new Stage();
    stage.session.receive({ type: 'ready', selection: null });
    const page = { sort: 'cost', descending: true, search: 'x', offset: 0, limit: 10 };
    stage.session.receive({ type: 'requests', ask: 7, page });
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.sent.find(({ type }) => type === 'requests')).toMatchObject({ ask: 7, answer: { total: 0 } });
    stage.answer = () => Promise.resolve({ ok: false, error: { code: 'not_ready', message: '' } });
    stage.session.receive({ type: 'requests', ask: 8, page });
    await vi.advanceTimersByTimeAsync(0);
    expect(stage.sent.at(-1)).toEqual({ type: 'requests', ask: 8, answer: null });
  });

  it('runs only what is on its list, and refuses what is no message', () => {
    const stage = new Stage();
    stage.session.receive({ type: 'run', action: 'export' });
    stage.session.receive({ type: 'copy', text: '| a |' });
    const hostile: unknown[] = [
      { type: 'run', action: 'workbench.action.terminal.sendSequence' },
      { type: 'select', selection: { period: { kind: 'named', name: 'ever' }, filter: {} } },
      { type: 'select', selection: { ...today, filter: { __proto__: null, constructor: 'x' } } },
      {
        type: 'requests',
        ask: 1,
        page: { sort: 'cost; DROP TABLE event', descending: true, search: '', offset: 0, limit: 1 },
      },
      { type: 'requests', ask: 1, page: { sort: 'cost', descending: true, search: '', offset: 0, limit: 1e9 } },
      'ready',
      null,
    ];
    for (const message of hostile) stage.session.receive(message);
    expect(stage.ran).toEqual(['export', 'copy | a |']);
    expect(stage.refused).toHaveLength(hostile.length);
    expect(stage.asked).toEqual([]);
  });

  it('says nothing after it has ended', async () => {
    const stage = new Stage();
    stage.session.receive({ type: 'ready', selection: null });
    stage.session.dispose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(stage.states()).toEqual([]);
  });
});

describe('the audit trail', () => {
  const told = async (ask: SessionOptions['ask']): Promise<Stage> => {
    const stage = new Stage({ ask });
    stage.session.receive({ type: 'audit', ask: 7 });
    await vi.advanceTimersByTimeAsync(0);
    return stage;
  };

  it('is answered under the number of its question', async () => {
    const value = { intact: true, brokenAt: null, entries: [] };
    const { sent } = await told(() => Promise.resolve({ ok: true, value }));
    expect(sent).toEqual([{ type: 'audit', ask: 7, answer: { total: 0, intact: true, brokenAt: null, entries: [] } }]);
  });

  const empty = { intact: true, brokenAt: null, entries: [] };
  const audits = ({ sent }: Stage): number[] => sent.flatMap((one) => (one.type === 'audit' ? [one.ask] : []));

  it('is never asked for twice at once, nor more than once in five seconds; the last question is answered', async () => {
    let under = 0;
    let most = 0;
    let asked = 0;
    const stage = new Stage({
      ask: async () => {
        asked++;
        most = Math.max(most, ++under);
        await new Promise((resolve) => setTimeout(resolve, 7_000));
        under--;
        return { ok: true, value: empty };
      },
    });
    for (let ask = 1; ask <= 24; ask++) {
      stage.session.receive({ type: 'audit', ask });
      await vi.advanceTimersByTimeAsync(250);
    }
    expect([asked, audits(stage)]).toEqual([1, []]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([asked, audits(stage)]).toEqual([2, [1]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked, most, audits(stage)]).toEqual([2, 1, [1, 24]]);
  });

  it('is asked for once in five seconds where the answer is quick, and at once by a page that has just come', async () => {
    const times: number[] = [];
    const stage = new Stage({
      ask: (command) => {
        if (command === 'audit') times.push(performance.now());
        return Promise.resolve({ ok: true, value: empty });
      },
    });
    const begin = performance.now();
    for (let ask = 1; ask <= 40; ask++) {
      stage.session.receive({ type: 'audit', ask });
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(times.map((at) => at - begin)).toEqual([0, 5_000, 10_000]);
    stage.session.receive({ type: 'ready', selection: null });
    stage.session.receive({ type: 'audit', ask: 1 });
    expect(times).toHaveLength(4);
    stage.session.receive({ type: 'audit', ask: 2 });
    stage.session.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(times).toHaveLength(4);
  });

  it('is answered with nothing where it can not be had, or is not one; the log says why', async () => {
    for (const answer of [
      { ok: false, error: { code: 'not_ready', message: 'not yet' } },
      { ok: true, value: { entries: 'none' } },
    ] as const) {
      const { sent, refused } = await told(() => Promise.resolve(answer));
      expect(sent).toEqual([{ type: 'audit', ask: 7, answer: null }]);
      expect(refused).toHaveLength(1);
    }
  });
});

describe('limits', () => {
  it('are shown where the snapshot has them, until they are reset', async () => {
    const budget: LimitState = {
      id: 'global.month.cost', kind: 'budget', byDefault: false, momentary: false, label: 'Everything', measure: 'cost', period: 'month', used: 128, limit: 200,
      percent: 64, pace: null, level: 'ok', resetsAtMs: nowMs + 60_000, source: 'counted', asOfMs: nowMs, confidence: 'high',
    }; // prettier-ignore
    const stage = new Stage();
    stage.shown = meterView({ limits: [budget, { ...budget, id: 'past', resetsAtMs: nowMs - 1 }] });
    stage.session.receive({ type: 'ready', selection: null });
    await vi.advanceTimersByTimeAsync(0);
    const [limit, ...others] = limitsOf(stage.states().at(-1));
    expect(limit).toMatchObject({
      id: 'global.month.cost',
      name: 'Everything · cost a month',
      percent: 64,
      source: null,
    });
    expect(others).toEqual([]);
    stage.shown = meterView();
    stage.session.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(limitsOf(stage.states().at(-1))).toEqual([]);
  });
});

function limitsOf(message: ToPage | undefined): unknown[] {
  return message?.type === 'state' ? message.state.limits : [];
}
