/**
 * Dispatches an API call and turns whatever happens into an `ApiResult`. Throws only `Superseded`: another window is to answer.
 * Whoever brings the call has checked that it is one. A bundle of its own, since it brings the schemas of arguments.
 */
import { randomUUID } from 'node:crypto';
import type { Ledger } from '../../ledger/ledger';
import { statusRequestSchema, type ApiResult, type BilledFigures, type StatusValue } from '../../protocol/api/api';
import { queueSchema } from '../../protocol/api/budgetApi';
import type { BudgetCommand } from '../../protocol/api/commandNames';
import type { Configuration } from '../../protocol/configuration';
import type { RatedEvent } from '../../protocol/event';
import type { ApiCall } from '../../protocol/rpc';
import { intervalOf } from '../../domain/time/period';
import type { LedgerErrorReason } from '../../ledger/ledgerError';
import { hasReason } from '../support/hasReason';
import { messageOf, type Log } from '../support/log';
import { dashboard } from '../figures/dashboardAnswer';
import type { DashboardSource } from '../figures/source';
import type { Rates } from '../prices/rates';
import type { View } from '../support/view';
import { NotWritten, Superseded } from '../budgets/reservationFile';
import { budgetValue } from './budgets';
import { parseArgument } from '../support/argument';
import { ApiFailure } from '../support/failure';
import { quotaStatus } from '../quotas/toApi';
import type { Quotas } from '../quotas/quotas';
import { report, type ReportRating } from './report';
import { reportQuota } from './reportQuota';
import { settlingOf, type Controls } from './settling';
import { toTotals } from '../../domain/totals';
import { billedOf, totalsOf, usage, type UsageSource } from '../figures/usage';

export interface ApiContext {
  view: View;
  /** As the asking window sees it. */
  configuration: Configuration;
  nowMs: number;
  rates: Rates;
  /** Throws `ApiFailure` where there is none to ask. */
  ledger: () => Ledger;
  /** Throws as `ledger` does. */
  quotas: () => Quotas;
  append: (events: RatedEvent[]) => ReturnType<Ledger['append']>;
  /** Throws as `ledger` does. */
  budgets: () => Controls;
  /** Something is to be shown anew. */
  onChange: () => void;
  log: Log;
}

export async function answer(call: ApiCall, context: ApiContext): Promise<ApiResult<unknown>> {
  try {
    return { ok: true, value: await valueOf(call, context) };
  } catch (error) {
    // Not ours to answer any more.
    if (Superseded.is(error)) throw error;
    if (ApiFailure.is(error)) return { ok: false, error: error.toApiError() };
    const code = isOfStorage(error) ? 'storage_unavailable' : 'internal';
    context.log('error', `${call.command} failed: ${error instanceof Error ? (error.stack ?? '') : messageOf(error)}`);
    return { ok: false, error: { code, message: messageOf(error) } };
  }
}

/** A ledger's error is of another bundle's class. */
function isOfStorage(error: unknown): boolean {
  const reasons = ['unavailable', 'newer_version'] satisfies LedgerErrorReason[];
  return NotWritten.is(error) || reasons.some((reason) => hasReason(error, reason));
}

async function valueOf({ command, argument, id }: ApiCall, context: ApiContext): Promise<unknown> {
  switch (command) {
    case 'report':
      return report(
        argument,
        context.nowMs,
        ratingOf(context),
        context.append,
        settlingOf(context.budgets(), context.view),
        context.configuration.project,
      );
    case 'reportQuota':
      return reportQuota(argument, context.nowMs, (quota) => context.quotas().observe(quota));
    case 'status':
      return status(argument, context, await usageSource(context));
    case 'usage':
      return usage(argument, context.view, context.nowMs, await usageSource(context));
    case 'dashboard':
      return dashboard(argument, context.view, context.nowMs, await dashboardSource(context));
    case 'authorize':
    case 'release':
    case 'startRun':
    case 'endRun':
    case 'planStatus':
    case 'override':
    case 'alert':
    case 'queue':
    case 'audit': {
      await context.rates.load();
      const { view, nowMs } = context;
      const opened = { budgets: context.budgets(), ledger: context.ledger() };
      const value = await budgetValue(command, argument, {
        view,
        nowMs,
        callId: id ?? randomUUID(),
        project: context.configuration.project,
        ...opened,
      });
      if (!asksOnly(command, argument)) context.onChange();
      return value;
    }
  }
}

/** It changes nothing: a page that asks whenever something has changed would else ask for ever. */
function asksOnly(command: BudgetCommand, argument: unknown): boolean {
  if (command === 'queue') return queueSchema.parse(argument ?? {}).cancel === undefined;
  return command === 'audit' || command === 'planStatus';
}

/** Tiers need prices, and prices are loaded when first needed. */
async function usageSource({
  ledger,
  rates,
  configuration,
  quotas,
  view,
}: ApiContext): Promise<Omit<DashboardSource, 'activity'>> {
  const { tiers } = configuration;
  await rates.load();
  const opened = ledger();
  return {
    query: (query) => opened.query(query),
    tiers,
    payment: configuration,
    configuration,
    priceOf: (provider, model, atMs) => rates.find(provider, model, atMs),
    quotas: (nowMs) => quotas().states(configuration, view.timezone, nowMs),
    tierOf: (provider, model, atMs) => rates.tierOf(provider, model, atMs, tiers),
  };
}

/** Single calls are asked of the database, which a first import has only when it has come to rest. */
async function dashboardSource(context: ApiContext): Promise<DashboardSource> {
  const source = await usageSource(context);
  return { ...source, activity: await context.ledger().activity() };
}

function ratingOf({ rates, configuration: { tiers } }: ApiContext): ReportRating {
  return {
    rateAll: (events) => rates.rateAll(events),
    tierOf: (event) => rates.tierOf(event.provider, event.model, event.atMs, tiers),
  };
}

function status(
  argument: unknown,
  { view, nowMs, configuration, quotas, budgets }: ApiContext,
  source: UsageSource,
): StatusValue {
  const { filter = {} } = parseArgument(statusRequestSchema, argument ?? {});
  const open = budgets();
  const notice = open.gate.notice(view);
  const during = (period: 'today' | 'month' | 'session'): StatusValue['today'] =>
    toTotals(totalsOf(intervalOf(period, nowMs, view.timezone, view.sessionStartMs), filter, nowMs, source));
  const billedDuring = (period: 'today' | 'month'): BilledFigures | null =>
    billedOf(intervalOf(period, nowMs, view.timezone, nowMs), filter, view.timezone, nowMs, source);
  return {
    asOf: new Date(nowMs).toISOString(),
    today: during('today'),
    month: during('month'),
    session: during('session'),
    billed: { today: billedDuring('today'), month: billedDuring('month') },
    budgets: open.states.statuses(view),
    quotas: quotas()
      .states(configuration, view.timezone, nowMs)
      .map((state) => quotaStatus(state, nowMs)),
    alerts: open.alerts.active(),
    ...(notice !== null && { notice }),
  };
}
