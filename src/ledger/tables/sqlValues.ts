/** What sql.js hands out, as the types our STRICT columns promise. Integers are exact up to 2^53. */
import type { SqlValue } from 'sql.js';

export function asNumber(value: SqlValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

export function asNumberOrNull(value: SqlValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

export function asText(value: SqlValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function asTextOrNull(value: SqlValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
