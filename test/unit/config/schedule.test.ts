/** What the configuration takes for a schedule is what the engine's library takes, which throws at everything else. */
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { scheduleProblem } from '../../../src/config/checks/schedule';

/** When it happens next; `throws`: the library knows no such schedule. */
function next(schedule: string): Date | null | 'throws' {
  try {
    return new Cron(schedule, { timezone: 'UTC' }).nextRun(new Date('2026-11-25T00:00:00Z'));
  } catch {
    return 'throws';
  }
}

describe('a schedule', () => {
  it.each([
    ...['0 2 * * *', '*/60 * * * *', '0 */24 * * 7', '0 2 1,15-20/31 jan-MAR/2 mon,6-7', ' 0  2 * * 0 ', '0 2 29 2 *'],
    ...['0 2 31 4 1', '0-59/60 * * * *', '0 2 * * */7', '0 2 */31 */12 *'],
  ])('%s is one', (schedule) => {
    expect(scheduleProblem(schedule)).toBeNull();
    expect(next(schedule)).toBeInstanceOf(Date);
  });

  it.each([
    ...['*/99 * * * *', '*/61 * * * *', '0 */25 * * *', '0 2 */32 * *', '0 2 * */13 *', '0 2 * * */8', '*/0 * * * *'],
    ...[
      '5/10 * * * *',
      '0 2 1/5 * *',
      '0 2 * * 1/2',
      '60 * * * *',
      '0 24 * * *',
      '0 2 0 * *',
      '0 2 * 13 *',
      '0 2 * * 8',
    ],
    ...[
      'daily',
      '',
      '0 2 * *',
      '0 2 5-1 * *',
      '0 2 * * fri-mon',
      '0 2 1-2-3 * *',
      '0 2 1//2 * *',
      '0 2 , * *',
      'x 2 * * *',
    ],
  ])('%s is none', (schedule) => {
    expect(scheduleProblem(schedule)).toContain('must be five fields');
    expect(next(schedule)).toBe('throws');
  });

  it.each(['0 2 31 2 *', '0 2 30 feb *', '0 2 31 4,6,9,11 *', '0 2 30-31 2 *'])('%s never happens', (schedule) => {
    expect(scheduleProblem(schedule)).toContain('never happens');
    expect(next(schedule)).toBeNull();
  });

  it('is never one that the library throws at, however it is put together', () => {
    const parts = [
      '*',
      '0',
      '2',
      '7',
      '12',
      '24',
      '31',
      '59',
      '60',
      '*/2',
      '*/7',
      '*/12',
      '*/40',
      '1-5',
      '5-1',
      '1-5/2',
    ];
    let state = 7;
    const random = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    const word = (): string => parts[random(parts.length)] ?? '*';
    let taken = 0;
    for (let round = 0; round < 8000; round++) {
      const schedule = Array.from({ length: 5 }, () => (random(4) === 0 ? `${word()},${word()}` : word())).join(' ');
      if (scheduleProblem(schedule) !== null) continue;
      taken += 1;
      expect.soft(next(schedule), schedule).toBeInstanceOf(Date);
    }
    expect(taken).toBeGreaterThan(300);
  });
});
