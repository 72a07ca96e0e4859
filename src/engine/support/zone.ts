import { isZone } from '../../domain/time/period';
import type { Problem } from '../../protocol/snapshot';

export interface Zone {
  name: string;
  /** Why it is not the configured one. */
  problem: Problem | null;
}

/** The configured zone where it is one, else this machine's. */
export function zoneOrLocal(configured: string): Zone {
  if (configured !== '' && isZone(configured)) return { name: configured, problem: null };
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (configured === '') return { name: local, problem: null };
  const message = `“${configured}” is no IANA time zone; days begin in ${local}.`;
  return { name: local, problem: { id: 'timezone', severity: 'warning', message } };
}
