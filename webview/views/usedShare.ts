/** How much of a limit is used, as a part of it. */
import type { Text } from '../text';

/** Rounded down to what is shown of it: 100 % is only what is used up. */
export function usedShare(used: number, text: Text): string {
  const step = used < 0.1 ? 1000 : 100;
  // 0.29 * 100 is a little less than 29.
  const shown = Math.floor(used * step + 1e-9) / step;
  return used > 0 && shown === 0 ? `<${text.percent(0.001)}` : text.percent(shown);
}
