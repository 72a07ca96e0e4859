/** Where the axis of a chart ends. */

/** Into how many steps an axis is cut, about. */
export const splits = 4;

/** To a whole number of steps of 1, 2 or 5: the end of an axis is labelled, too. */
export function roundUp(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value / splits));
  const step = ([1, 2, 5, 10].find((one) => one * magnitude * splits >= value) ?? 10) * magnitude;
  return Number((Math.ceil(value / step) * step).toPrecision(6));
}
