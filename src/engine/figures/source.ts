/** What the dashboard needs of the ledger, of the prices and of the configuration. */
import type { InsightInputs } from '../../domain/insight/finding';
import type { PriceMatch } from '../../domain/prices/rating';
import type { ActivityQueries } from '../../ledger/queries/activityQuery';
import type { QuotaState } from '../../protocol/quota';
import type { UsageSource } from './usage';

export interface DashboardSource extends UsageSource {
  activity: Pick<ActivityQueries, 'page' | 'lifetimes' | 'meanDurations'>;
  configuration: InsightInputs['configuration'];
  priceOf(provider: string, model: string, atMs: number): PriceMatch | null;
  quotas(nowMs: number): readonly QuotaState[];
}
