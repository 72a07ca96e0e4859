/** What providers said of quotas: the newest observation of each. Of two of one instant the later to arrive counts. */
import type { Database, SqlValue, Statement } from 'sql.js';
import { quotaMeters } from '../../protocol/configuration';
import { confidences, type ObservedQuota } from '../../protocol/quota';
import { prepared } from './prepared';
import { asNumber, asNumberOrNull, asText } from './sqlValues';

/** Whether the table can hold it. */
export function isSoundQuota(quota: ObservedQuota): boolean {
  const { provider, subscription, window, source, usedPercent, used, limit, resetsAtMs, asOfMs } = quota;
  return (
    [provider, subscription ?? '-', window, source].every((text: unknown) => typeof text === 'string' && text !== '') &&
    [usedPercent, used, limit].every((amount) => amount === null || Number.isFinite(amount)) &&
    [resetsAtMs ?? 0, asOfMs].every(Number.isSafeInteger)
  );
}

export class ObservedQuotaTable {
  readonly #db: Database;
  readonly #put: () => Statement;

  constructor(db: Database) {
    this.#db = db;
    this.#put = prepared(
      db,
      `INSERT INTO observed_quota VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         used_percent = excluded.used_percent, used = excluded.used, quota_limit = excluded.quota_limit,
         resets_at_ms = excluded.resets_at_ms, as_of_ms = excluded.as_of_ms, source = excluded.source,
         confidence = excluded.confidence
       WHERE excluded.as_of_ms >= as_of_ms`,
    );
  }

  put(quota: ObservedQuota): void {
    this.#put().run([
      quota.provider,
      quota.subscription ?? '',
      quota.window,
      quota.meter ?? '',
      quota.usedPercent,
      quota.used,
      quota.limit,
      quota.resetsAtMs,
      quota.asOfMs,
      quota.source,
      quota.confidence,
    ]);
  }

  all(): ObservedQuota[] {
    const rows = this.#db.exec('SELECT * FROM observed_quota')[0]?.values ?? [];
    return rows.map(quotaOfRow);
  }
}

export function quotaOfRow(row: readonly SqlValue[]): ObservedQuota {
  return {
    provider: asText(row[0]),
    subscription: asText(row[1]) || null,
    window: asText(row[2]),
    meter: quotaMeters.find((meter) => meter === row[3]) ?? null,
    usedPercent: asNumberOrNull(row[4]),
    used: asNumberOrNull(row[5]),
    limit: asNumberOrNull(row[6]),
    resetsAtMs: asNumberOrNull(row[7]),
    asOfMs: asNumber(row[8]),
    source: asText(row[9]),
    confidence: confidences.find((known) => known === row[10]) ?? 'low',
  };
}
