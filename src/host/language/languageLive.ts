/** What every budget and quota has used, from the engine's snapshot, for the language server. */
import type { LiveUses } from '../../protocol/language';
import type { MeterSnapshot } from '../../protocol/snapshot';

export function liveUses(snapshot: MeterSnapshot | null, language: string, nowMs: number): LiveUses {
  const uses = (snapshot?.limits ?? []).map(({ id, label, measure, used, percent, resetsAtMs, source, asOfMs }) => ({
    id,
    label,
    measure,
    used,
    percent,
    resetsAtMs,
    source,
    asOfMs,
  }));
  return { asOfMs: nowMs, language, uses };
}
