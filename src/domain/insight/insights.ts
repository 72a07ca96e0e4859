/**
 * All insights. Another one is a file here, a line in the list, a word in `insightKinds` and its sentence on the page. Off-peak
 * is not among them: none of the prices we know depends on the hour, so there is nothing it could be told from.
 */
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import { batching } from './batching';
import { caching } from './caching';
import { cheaperTier } from './cheaperTier';
import { failures } from './failures';
import type { Finder, InsightInputs } from './finding';
import { idlePlan } from './idlePlan';
import { localModel } from './localModel';
import { oversizedContext } from './oversizedContext';
import { oversubscribedPlan } from './oversubscribedPlan';

const finders: readonly Finder[] = [
  cheaperTier,
  failures,
  batching,
  caching,
  oversizedContext,
  localModel,
  idlePlan,
  oversubscribedPlan,
];

/** What is billed before what is only worth it, then the greatest saving first. Two may be about the same spend. */
export function findInsights(inputs: InsightInputs): Insight[] {
  return finders
    .flatMap((find) => find(inputs))
    .toSorted((a, b) => Number(b.billed) - Number(a.billed) || b.savingNanos - a.savingNanos);
}
