/** Quotas as windows and callers get them: money in USD, instants as they need them. */
import { isMomentary } from '../../domain/budgets/momentary';
import { usdFromNanos } from '../../shared/money';
import type { QuotaFigures, QuotaStatus } from '../../protocol/api/api';
import type { QuotaMeter } from '../../protocol/configuration';
import type { QuotaReading, QuotaState } from '../../protocol/quota';
import type { LimitState } from '../../protocol/snapshot';

/** Of a quota: there is nobody to say otherwise. */
const warningPercent = 80;
const exceededPercent = 100;

/** Those of which something is known. */
export function limitsOf(states: readonly QuotaState[]): LimitState[] {
  return states.flatMap(({ id, label, meter, window, reading, pace }): LimitState[] => {
    if (reading?.percent == null) return [];
    const { percent, resetsAtMs, source, asOfMs, confidence } = reading;
    return [
      {
        id,
        kind: 'quota',
        byDefault: false,
        momentary: isMomentary(meter, window),
        label,
        measure: meter,
        period: window,
        ...amountsOf(reading, meter),
        percent,
        pace,
        level: percent >= exceededPercent ? 'exceeded' : percent >= warningPercent ? 'warning' : 'ok',
        resetsAtMs,
        source,
        asOfMs,
        confidence,
      },
    ];
  });
}

export function tightestFirst(limits: readonly LimitState[]): LimitState[] {
  return limits.toSorted((a, b) => b.percent - a.percent);
}

export function quotaStatus(state: QuotaState, nowMs: number): QuotaStatus {
  const { id, subscription, provider, meter, window, pace } = state;
  const inForce = state.reading === null ? unknown(nowMs) : figuresOf(state.reading, meter);
  return {
    id,
    subscription,
    provider,
    meter,
    window,
    ...inForce,
    utilisation: inForce.percent === null ? null : inForce.percent / 100,
    pace,
    counted: state.counted === null ? null : figuresOf(state.counted, meter),
    observed: state.observed === null ? null : figuresOf(state.observed, meter),
  };
}

function figuresOf(reading: QuotaReading, meter: QuotaMeter | null): QuotaFigures {
  const { percent, resetsAtMs, source, asOfMs, confidence } = reading;
  return {
    ...amountsOf(reading, meter),
    percent,
    resetsAt: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString(),
    source,
    asOf: new Date(asOfMs).toISOString(),
    confidence,
  };
}

/** Nothing is counted of this quota and nobody has said anything about its present period. */
function unknown(nowMs: number): QuotaFigures {
  return {
    used: null,
    limit: null,
    percent: null,
    resetsAt: null,
    source: 'unknown',
    asOf: new Date(nowMs).toISOString(),
    confidence: 'low',
  };
}

function amountsOf({ used, limit }: QuotaReading, meter: QuotaMeter | null): Pick<QuotaFigures, 'used' | 'limit'> {
  const shown = (amount: number | null): number | null =>
    amount !== null && meter === 'cost' ? usdFromNanos(amount) : amount;
  return { used: shown(used), limit: shown(limit) };
}
