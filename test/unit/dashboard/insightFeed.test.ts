import { describe, expect, it } from 'vitest';
import { InsightFeed } from '../../../src/host/dashboard/insightFeed';
import { findInsights } from '../../../src/domain/insight/insights';
import type { Insight } from '../../../src/protocol/dashboard/dashboardInsights';
import { inputs, usd, workload } from '../domain/insight/support';
import { nowMs } from './support';

const two = findInsights(
  inputs({
    workloads: [
      workload({ agent: 'one', cacheRead: 200_000_000 }),
      workload({ agent: 'two', failures: 500, failedNanos: 50 * usd }),
    ],
  }),
);

class Stage {
  asked = 0;
  nowMs = nowMs;
  answer: () => unknown = () => ({ asOfMs: nowMs, insights: two });
  agrees = true;
  readonly applied: Insight[] = [];
  readonly failed: string[] = [];
  readonly stored = new Map<string, unknown>();
  readonly feed = this.open();

  open(): InsightFeed {
    return new InsightFeed({
      ask: () => {
        this.asked++;
        return Promise.resolve({ ok: true, value: this.answer() });
      },
      memento: {
        get: (key) => this.stored.get(key),
        update: (key, value) => Promise.resolve(void this.stored.set(key, structuredClone(value))),
      },
      now: () => this.nowMs,
      apply: (insight) => {
        this.applied.push(insight);
        return Promise.resolve(this.agrees);
      },
      onFailed: (why) => this.failed.push(why),
    });
  }

  agents(feed = this.feed): (string | null)[] | undefined {
    return feed.shown?.map(({ subject }) => subject.agent);
  }
}

const [first, second] = two.map(({ id }) => id) as [string, string];

describe('the insights of a window', () => {
  it('are asked for once a minute, however often they are wanted', async () => {
    const stage = new Stage();
    expect(stage.feed.shown).toBeNull();
    await Promise.all([stage.feed.refresh(), stage.feed.refresh()]);
    stage.nowMs += 59_999;
    await stage.feed.refresh();
    expect(stage.asked).toBe(1);
    stage.nowMs += 1;
    await stage.feed.refresh();
    expect(stage.asked).toBe(2);
    expect(stage.agents()).toHaveLength(2);
  });

  it('stay as they were where the engine answers nonsense, and are asked for again soon', async () => {
    const stage = new Stage();
    await stage.feed.refresh();
    stage.nowMs += 60_000;
    stage.answer = () => ({ insights: 'many' });
    await stage.feed.refresh();
    expect(stage.agents()).toHaveLength(2);
    expect(stage.failed).toHaveLength(1);
    stage.nowMs += 5_000;
    await stage.feed.refresh();
    expect(stage.asked).toBe(3);
  });

  it('that are dismissed are gone in every window: for a month, or for ever', async () => {
    const stage = new Stage();
    await stage.feed.refresh();
    await stage.feed.act(first, 'dismissMonth');
    await stage.feed.act(second, 'dismissForEver');
    expect(stage.agents()).toEqual([]);
    const other = stage.open();
    await other.refresh();
    expect(stage.agents(other)).toEqual([]);
    stage.nowMs += 30 * 86_400_000;
    expect(stage.agents(other)).toEqual([two[0]?.subject.agent]);
  });

  it('are applied once the user agrees, and only where there is something to apply', async () => {
    const stage = new Stage();
    await stage.feed.refresh();
    const change = two.find(({ operations }) => operations !== null);
    const none = two.find(({ operations }) => operations === null);
    await stage.feed.act(none?.id ?? '', 'apply');
    await stage.feed.act('unknown', 'apply');
    expect(stage.applied).toEqual([]);
    stage.agrees = false;
    await stage.feed.act(change?.id ?? '', 'apply');
    expect(stage.agents()).toHaveLength(2);
    stage.agrees = true;
    await stage.feed.act(change?.id ?? '', 'apply');
    expect(stage.applied.map(({ id }) => id)).toEqual([change?.id, change?.id]);
    expect(stage.agents()).toEqual([none?.subject.agent]);
  });
});
