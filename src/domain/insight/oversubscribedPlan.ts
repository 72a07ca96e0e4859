/**
 * A plan's quota that is being used up before it is renewed. It saves nothing: it keeps agents from standing still. Windows of
 * a few hours come and go and are not told of.
 */
import type { Insight } from '../../protocol/dashboard/dashboardInsights';
import { queryOf, type Finder } from './finding';

const fastPace = 1.25;
const leastPercent = 50;
const shortWindow = /^(minute|hour|\d+[mh]|gauge)$/;

export const oversubscribedPlan: Finder = ({ interval, quotas, configuration: { whenQuotaExhausted } }) =>
  quotas.flatMap(({ id, subscription, provider, label, window, pace, reading }): Insight[] => {
    const percent = reading?.percent ?? 0;
    if (subscription === null || shortWindow.test(window)) return [];
    if (pace === null || pace < fastPace || percent < leastPercent || reading?.resetsAtMs == null) return [];
    return [
      {
        id: JSON.stringify(['oversubscribedPlan', id]),
        kind: 'oversubscribedPlan',
        subject: { provider, model: null, agent: null, agentType: null, plan: label },
        instead: null,
        evidence: { requests: 0, amount: pace, ratio: percent / 100 },
        spendNanos: 0,
        savingNanos: 0,
        billed: true,
        confidence: reading.confidence,
        query: queryOf(interval, { provider }, ['provider']),
        // Who has chosen to wait or to go elsewhere needs no other choice.
        operations:
          whenQuotaExhausted === 'warn' || whenQuotaExhausted === null
            ? [{ kind: 'set', path: ['when_quota_exhausted'], value: 'fallback' }]
            : null,
      },
    ];
  });
