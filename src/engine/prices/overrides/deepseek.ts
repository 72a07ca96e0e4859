/**
 * DeepSeek's prices. Since August 2026 they are twice as high at peak times, since September not on Saturdays and Sundays (UTC).
 * Chinese public holidays are off-peak too; no list of ours has them, so a weekday of theirs costs the peak price here.
 */
import type { ProviderLines } from './line';

const page = { source: 'https://api-docs.deepseek.com/quick_start/pricing', seen: '2026-11-15' };
const hours = [
  ['01:00', '04:00'],
  ['06:00', '10:00'],
] as const;
const everyDay = { times: 2, hours };
const weekdays = { times: 2, hours, weekdays: true };
const peaksBegan = '2026-08-16T16:00:00Z';
const flash41 = '2026-09-10T04:00:00Z';

export const deepseek: ProviderLines = {
  provider: 'deepseek',
  cacheFallback: 'input',
  lines: [
    { models: ['deepseek-flash'], in: 0.15, out: 0.6, read: 0.003, peaks: weekdays, ...page },
    { models: ['deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'], in: 0.14, out: 0.28, read: 0.0028, ...page },
    {
      models: ['deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'],
      from: peaksBegan,
      ...{ in: 0.22, out: 0.66, read: 0.007, peaks: everyDay },
      ...page,
    },
    {
      // From then on V4.1 Flash answers under this name.
      models: ['deepseek-v4-flash', 'deepseek-v4-flash-vision-exp'],
      from: flash41,
      ...{ in: 0.15, out: 0.6, read: 0.003, peaks: weekdays },
      ...page,
    },
    { models: ['deepseek-v4-pro'], in: 0.435, out: 0.87, read: 0.003625, ...page },
    { models: ['deepseek-v4-pro'], from: peaksBegan, in: 0.66, out: 1.98, read: 0.022, peaks: everyDay, ...page },
    { models: ['deepseek-v4-pro'], from: flash41, in: 0.66, out: 1.98, read: 0.022, peaks: weekdays, ...page },
  ],
};
