/** The words that a place may hold, by what they stand for, each with what there is to say of it. */
import { MarkupKind, type MarkupContent } from 'vscode-languageserver';
import type { ValueKind } from '../protocol/language';
import { knownPlans } from '../config/normalise/providers';
import type { Analysis } from './analysis';
import type { PriceBook } from './priceBook';
import { codiconNames, themeColors, timeZones } from './words';

export interface Candidate {
  id: string;
  /** In few words, beside the id. */
  detail?: string;
  says?: MarkupContent;
}

export async function candidatesFor(kind: ValueKind, analysis: Analysis, prices: PriceBook): Promise<Candidate[]> {
  switch (kind) {
    case 'time_zone':
      return timeZones().map((id) => ({ id }));
    case 'codicon':
      return codiconNames().map((id) => ({ id, says: markdown(`$(${id})`) }));
    case 'color':
      return themeColors.map(({ id, says }) => ({ id, says: markdown(says) }));
    case 'model':
      return distinct([...(await models(prices)), ...own(kind, analysis)]);
    case 'provider':
      return distinct([...(await providers(prices)), ...own(kind, analysis)]);
    case 'tier':
      return distinct([...tiers(analysis), ...own(kind, analysis)]);
    case 'subscription_plan':
      return plans();
    case 'subscription':
    case 'budget':
    case 'project':
    case 'agent':
    case 'agent_type':
      return own(kind, analysis);
  }
}

/** What this file says itself. */
function own(kind: ValueKind, { ids }: Analysis): Candidate[] {
  return distinct(ids.filter((use) => use.kind === kind).map(({ id }) => ({ id })));
}

function tiers({ configuration: { tiers: all } }: Analysis): Candidate[] {
  return all.map(({ id, display_name, description, price_range_min, price_range_max }) => ({
    id,
    detail: display_name,
    says: markdown(
      [
        description,
        `$${price_range_min} ${price_range_max === null ? 'and more' : `to $${price_range_max}`} a million tokens`,
      ]
        .filter(Boolean)
        .join('\n\n'),
    ),
  }));
}

async function models(prices: PriceBook): Promise<Candidate[]> {
  return (await prices.models()).map(({ provider, model, tier }) => ({
    id: model,
    detail: tier === null ? provider : `${provider} · ${tier}`,
  }));
}

async function providers(prices: PriceBook): Promise<Candidate[]> {
  const ids = (await prices.models()).map(({ provider }) => provider);
  return [...new Set(ids)]
    .filter((id) => id !== 'unknown')
    .toSorted()
    .map((id) => ({ id }));
}

function plans(): Candidate[] {
  return knownPlans.map(({ id, displayName, monthlyFeeUsd, source, asOf }) => ({
    id,
    detail: displayName,
    says: markdown(
      `${monthlyFeeUsd === null ? 'Fee not known' : `$${monthlyFeeUsd} a month`}; as of ${asOf}, [source](${source})`,
    ),
  }));
}

/** The first of each id: it says most. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.toReversed().map((candidate) => [candidate.id, candidate])).values()].toReversed();
}

function markdown(value: string): MarkupContent {
  return { kind: MarkupKind.Markdown, value };
}
