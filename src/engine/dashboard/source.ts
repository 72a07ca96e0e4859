/** What the dashboard needs of the ledger and of the prices. */
import type { ActivityQueries } from '../../ledger/activityQuery';
import type { UsageSource } from '../api/usage';

export interface DashboardSource extends UsageSource {
  activity: Pick<ActivityQueries, 'page' | 'lifetimes' | 'meanDurations'>;
}
