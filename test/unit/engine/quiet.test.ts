/** Requirement E7: what is told in notifications of what happens, and that nothing is of what is past. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { Machine, usd, type Values } from './memoryMachine';

const home = mkdtempSync(join(tmpdir(), 'agent-meter-quiet-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000];
const agent = 'claude-code';

/** A window that shows what is to be shown, and closes it when it has been read. */
class Watched extends Machine {
  readonly told: string[] = [];
  private open: { id: string; sinceMs: number } | null = null;

  constructor(yaml: string) {
    super(join(home, String((made += 1))), resolveConfiguration({ user: yaml }).configuration);
  }

  watch(ms: number): void {
    for (let passed = 0; passed < ms; passed += secondMs) {
      this.pass(secondMs);
      const { alerts } = this;
      if (this.open !== null && this.nowMs - this.open.sinceMs >= 10 * secondMs) {
        void alerts.act(this.open.id, 'close', 0);
        this.open = null;
      }
      const due = alerts.active().filter((alert) => alert.due);
      expect(due.length).toBeLessThanOrEqual(1);
      for (const { id, level, message } of due) {
        expect(this.open, 'one at a time').toBeNull();
        void alerts.act(id, 'tell', 0);
        this.told.push(`${level}: ${message}`);
        this.open = { id, sinceMs: this.nowMs };
      }
    }
  }

  /** A call in a log of its agent. */
  logged(agoMs: number, dollars: number, values: Values = {}): void {
    const all = { provider: 'anthropic', model: 'claude', agent, source: agent, ...values };
    this.ledger.add(this.nowMs - agoMs, all, Math.round(dollars * usd));
  }

  reading(state: 'reading' | 'watching' | 'disabled' | 'absent'): void {
    this.sources = [{ source: agent, state }];
  }

  /** What is said of a level, told or not. */
  standing(level: string): string[] {
    return this.alerts
      .active()
      .filter((alert) => alert.level === level)
      .map(({ message }) => message);
  }
}

/** Projects that grow, day by day, and go on growing today. */
function oldSessions(machine: Watched): void {
  for (let session = 0; session < 200; session += 1) {
    const day = 20 - Math.floor(session / 10);
    const project = `project-${session % 3}`;
    const dollars = day === 0 ? 4 : 0.3 + (20 - day) / 20;
    machine.logged(day * dayMs + (session % 10) * hourMs + hourMs, dollars, {
      project,
      session: `s-${session}`,
    } as Values);
  }
  // Today dearer than ever.
  for (let call = 0; call < 30; call += 1)
    machine.logged(2 * hourMs + call * minuteMs, 1, { project: `project-${call % 3}` });
}

let machine: Watched;

describe('a first start with the logs of 200 sessions and no configuration', () => {
  beforeEach(() => {
    machine = new Watched('');
    machine.reading('reading');
    machine.watch(2 * secondMs);
    oldSessions(machine);
    machine.watch(2 * secondMs);
    machine.reading('watching');
  });

  it('tells nothing for two minutes, nor for a day', () => {
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
    expect(machine.standing('warning').join('\n'), 'it stands in the dashboard').toContain('of its daily average');
  });

  it('tells the next threshold that a call crosses, and nothing else', () => {
    machine.logged(3 * hourMs, 8, { project: 'shop' });
    machine.logged(dayMs, 33, { project: 'shop' });
    machine.watch(2 * minuteMs);
    expect(machine.standing('warning').filter((text) => text.includes('shop used'))).toEqual([
      '82% of the monthly cost budget of project shop used: $41.00 of $50.00.',
    ]);
    machine.logged(0, 3, { project: 'shop' });
    machine.watch(minuteMs);
    expect(machine.told, 'still of the threshold that is known').toEqual([]);
    machine.logged(0, 4, { project: 'shop' });
    machine.watch(minuteMs);
    expect(machine.told).toEqual(['critical: 96% of the monthly cost budget of project shop used: $48.00 of $50.00.']);
    machine.logged(0, 2, { project: 'shop' });
    machine.watch(minuteMs);
    expect(machine.told.slice(1)).toEqual([
      'exceeded: 100% of the monthly cost budget of project shop used: $50.00 of $50.00.',
    ]);
  });

  it('tells nothing in a new window or after a restart', () => {
    machine.logged(hourMs, 60, { project: 'shop' });
    machine.watch(minuteMs);
    machine.takeOver();
    machine.watch(minuteMs);
    expect(machine.told).toEqual([]);
    expect(machine.standing('exceeded').join()).toContain('project shop');
  });

  it('tells nothing either where it was not finished before the restart', () => {
    machine.reading('reading');
    machine.takeOver();
    machine.logged(hourMs, 60, { project: 'shop' });
    machine.reading('watching');
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
  });
});

describe('later', () => {
  const yaml = 'budgets: { daily_limit_usd: 100, monthly_limit_usd: 500, hard_stop: false }';

  beforeEach(() => {
    machine = new Watched(yaml);
    machine.reading('watching');
    machine.logged(0, 1);
    machine.watch(5 * minuteMs);
  });

  it('an agent’s call that is read a little late is news', () => {
    machine.logged(2 * minuteMs, 81);
    machine.watch(minuteMs);
    expect(machine.told).toEqual(['warning: 82% of the daily cost budget used: $82.00 of $100.00.']);
  });

  it('logs that are copied in from elsewhere are not', () => {
    machine.watch(hourMs);
    machine.logged(50 * minuteMs, 600);
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
    expect(machine.standing('exceeded')).toHaveLength(2);
  });

  it('the old logs of a source that is turned on are not', () => {
    machine.reading('disabled');
    machine.watch(hourMs);
    machine.reading('reading');
    machine.logged(30 * minuteMs, 600);
    machine.reading('watching');
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
  });

  it('what a rebuild finds is not', () => {
    machine.watch(hourMs);
    machine.isRereading = true;
    machine.logged(20 * minuteMs, 600);
    machine.watch(2 * secondMs);
    machine.isRereading = false;
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
  });

  it('what was used up while no editor was open is told once, and nothing else of these days', () => {
    machine.nowMs += 2 * dayMs;
    machine.reading('reading');
    machine.takeOver();
    machine.watch(2 * secondMs);
    for (let hour = 40; hour > 1; hour -= 1) machine.logged(hour * hourMs, 13);
    machine.watch(2 * secondMs);
    machine.reading('watching');
    machine.watch(10 * minuteMs);
    expect(machine.told.toSorted()).toEqual(
      [
        expect.stringContaining('exceeded: 101% of the monthly cost budget'),
        expect.stringContaining('exceeded: 143% of the daily cost budget'),
      ].toSorted(),
    );
    machine.takeOver();
    machine.watch(minuteMs);
    expect(machine.told).toHaveLength(2);
  });

  it('a report of hours ago warns nobody, but says what is used up now', () => {
    machine.ledger.add(machine.nowMs - 3 * hourMs, { provider: 'acme', model: 'm' }, 84 * usd);
    machine.watch(minuteMs);
    expect(machine.told).toEqual([]);
    machine.ledger.add(machine.nowMs - 3 * hourMs, { provider: 'acme', model: 'm' }, 15 * usd);
    machine.watch(minuteMs);
    expect(machine.told).toEqual(['exceeded: 100% of the daily cost budget used: $100.00 of $100.00.']);
  });

  it('a limit that is already used up when it is written is told, if that happened under our eyes', () => {
    machine.logged(0, 30);
    machine.watch(hourMs);
    expect(machine.told).toEqual([]);
    Object.assign(
      machine.configuration,
      resolveConfiguration({ user: 'budgets: { daily_limit_usd: 20 }' }).configuration,
    );
    machine.controls.configure();
    machine.watch(minuteMs);
    expect(machine.told).toEqual(['exceeded: 155% of the daily cost budget used: $31.00 of $20.00.']);
  });
});

describe('an unusual day', () => {
  beforeEach(() => {
    machine = new Watched('');
    machine.reading('reading');
    for (let day = 1; day <= 6; day += 1) machine.logged(day * dayMs, 2, { project: 'shop' });
    machine.reading('watching');
    machine.watch(20 * minuteMs);
  });

  it('is told while it becomes so, of the whole only', () => {
    machine.logged(0, 6.5, { project: 'shop' });
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
    machine.logged(0, 1, { project: 'shop' });
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([
      'warning: Today’s cost is 375% of its daily average: $7.50 beside $2.00.'.replace('’', "'"),
    ]);
    expect(machine.standing('warning')).toHaveLength(3);
  });

  it('is not when it was so before anybody looked', () => {
    machine.watch(hourMs);
    machine.logged(40 * minuteMs, 20, { project: 'shop' });
    machine.watch(2 * minuteMs);
    machine.logged(0, 1, { project: 'shop' });
    machine.watch(2 * minuteMs);
    expect(machine.told).toEqual([]);
  });
});

describe('of many alerts', () => {
  const use = (project: string, tokens: number): void => {
    machine.report(0, { project }, { tokens });
  };
  const usedUp = (text: string): boolean => text.startsWith('exceeded');

  beforeEach(() => {
    machine = new Watched('limits: { per_project: { default: { max_tokens_per_day: 1000, hard_stop: false } } }');
  });

  it('three are told a day, over restarts, and the rest stands in the dashboard', () => {
    for (const project of ['a', 'b', 'c', 'd', 'e']) use(project, 850);
    machine.watch(minuteMs);
    expect(machine.told).toHaveLength(3);
    expect(machine.standing('warning').filter((text) => text.startsWith('85%'))).toHaveLength(5);
    machine.takeOver();
    use('f', 850);
    machine.watch(minuteMs);
    expect(machine.told).toHaveLength(3);
    machine.pass(dayMs);
    machine.watch(minuteMs);
    expect(machine.told, 'yesterday’s are no news today').toHaveLength(3);
    use('f', 850);
    machine.watch(minuteMs);
    expect(machine.told).toHaveLength(4);
  });

  it('those of what is used up are told besides, the worst first, one after the other', () => {
    for (const project of ['a', 'b', 'c', 'd']) use(project, 850);
    for (const project of ['e', 'f', 'g', 'h']) use(project, 1_000);
    machine.watch(2 * minuteMs);
    expect(machine.told.map(usedUp)).toEqual([true, true, true, true, false, false, false]);
  });

  it('one waits until the notification before it is answered, or must be gone', async () => {
    const due = (): string[] => machine.alerts.active().flatMap((one) => (one.due ? [one.id] : []));
    use('a', 1_000);
    use('b', 1_000);
    machine.pass(secondMs);
    const [first = ''] = due();
    const all = machine.alerts.active().filter(({ kind }) => kind === 'threshold');
    const [second = ''] = all.map(({ id }) => id).filter((id) => id !== first);
    expect(await machine.alerts.act(second, 'tell', 0), 'any that is worth it may be the first').toBe(true);
    expect(due()).toEqual([]);
    expect(await machine.alerts.act(first, 'tell', 0)).toBe(false);
    machine.pass(minuteMs);
    expect(due(), 'an error stays').toEqual([]);
    await machine.alerts.act(second, 'close', 0);
    expect(due()).toEqual([first]);
    await machine.alerts.act(first, 'tell', 0);
    use('c', 1_000);
    expect(due()).toEqual([]);
    machine.pass(11 * minuteMs);
    expect(due(), 'nobody answers').toHaveLength(1);
  });

  it('one that was put off comes again, though enough was told', async () => {
    for (const project of ['a', 'b', 'c', 'd']) use(project, 850);
    machine.watch(minuteMs);
    expect(machine.told).toHaveLength(3);
    const [put] = machine.alerts.active().filter(({ told }) => told);
    await machine.alerts.act(put?.id ?? '', 'snooze', machine.nowMs + minuteMs);
    machine.watch(2 * minuteMs);
    expect(machine.told).toHaveLength(4);
  });
});
