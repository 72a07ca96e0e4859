import { isZone } from '../domain/period';
import type { Log } from './log';

/** The configured zone where it is one, else this machine's. */
export function zoneOrLocal(configured: string, log: Log): string {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (configured === '') return local;
  if (isZone(configured)) return configured;
  log('warn', `"${configured}" is no IANA time zone; days begin in ${local}`);
  return local;
}
