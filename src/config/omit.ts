/** An object without some of its keys, and without what is undefined. */
export function omit<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(object).filter(([key, value]) => value !== undefined && !keys.some((one) => one === key)),
  ) as Omit<T, K>;
}
