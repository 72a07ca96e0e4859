/** Our own lines of prices as lists. An id is on a list only by its very name; of several lines the one that began last counts. */
import { rateCard } from '../../../domain/prices/rateCard';
import type { PriceOrigin } from '../../../protocol/prices/price';
import { isAtTime, type PricedModel, type PriceLists, type PriceWindow } from '../lists';
import { alibaba } from './alibaba';
import { anthropic } from './anthropic';
import { deepseek } from './deepseek';
import { google } from './google';
import { listOf, type PriceLine, type ProviderLines } from './line';
import { mistral } from './mistral';
import { moonshot } from './moonshot';
import { openai } from './openai';
import { xai } from './xai';
import { zai } from './zai';

export const providerLines: readonly ProviderLines[] = [
  anthropic,
  openai,
  google,
  moonshot,
  xai,
  zai,
  alibaba,
  mistral,
  deepseek,
];

export function ownLists(all: readonly ProviderLines[] = providerLines): PriceLists {
  const lists = new Map(all.map((list) => [list.provider, modelsOf(list)]));
  return {
    lookUp: (provider, id) => lists.get(provider)?.get(id) ?? null,
    models: (provider) => [...new Set([...(lists.get(provider)?.values() ?? [])].map(({ model }) => model))],
  };
}

/** By every name; the windows of a model begin with its oldest line. */
function modelsOf({ provider, cacheFallback, lines }: ProviderLines): Map<string, PricedModel> {
  const byModel = new Map<string, PriceLine[]>();
  for (const line of lines) {
    const [model = ''] = line.models;
    byModel.set(model, [...(byModel.get(model) ?? []), line]);
  }
  const models = new Map<string, PricedModel>();
  for (const [model, own] of byModel) {
    const inOrder = own.toSorted((a, b) => startOf(a) - startOf(b));
    const windows = inOrder.flatMap((line, place) => {
      const next = inOrder[place + 1];
      return windowsOf(line, next === undefined ? Number.POSITIVE_INFINITY : startOf(next), cacheFallback);
    });
    const newest = inOrder.at(-1);
    const priced = { provider, model, origin: originOf(newest), windows };
    for (const name of new Set(own.flatMap((line) => line.models))) models.set(name, priced);
  }
  return models;
}

function windowsOf(line: PriceLine, untilMs: number, fallback: ProviderLines['cacheFallback']): PriceWindow[] {
  const fromMs = startOf(line);
  const inForce = (atMs: number): boolean => atMs >= fromMs && atMs < untilMs;
  const common = { origin: originOf(line), ...(line.from !== undefined && { fromMs }) };
  const { peaks } = line;
  const base = { ...common, applies: inForce, card: rateCard(listOf(line, fallback)) };
  if (peaks === undefined) return [base];
  const atPeak = (atMs: number): boolean =>
    inForce(atMs) &&
    (peaks.weekdays !== true || isWeekday(atMs)) &&
    peaks.hours.some(([from, until]) => isAtTime(atMs, from, until));
  return [base, { ...common, applies: atPeak, card: rateCard(listOf(line, fallback, peaks.times)) }];
}

/** In UTC. */
function isWeekday(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay();
  return day > 0 && day < 6;
}

function startOf({ from }: PriceLine): number {
  return from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from);
}

function originOf(line: PriceLine | undefined): PriceOrigin {
  return { layer: 'built_in', source: line?.source ?? null, seen: line?.seen ?? null };
}
