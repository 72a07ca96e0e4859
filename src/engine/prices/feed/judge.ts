/**
 * What of a fetched list may come into force: compares it with the prices in force, line by line. A line that can hardly be right
 * is held back, and what was in force stays for that model; a list that can hardly be right is refused whole. Pure.
 */
import { createHash } from 'node:crypto';
import type { calcPrice, ModelInfo } from '@pydantic/genai-prices';
import type {
  HeldBack,
  HeldBackReason,
  ModelDifference,
  PriceDifference,
  PriceKind,
} from '../../../protocol/prices/priceFeed';
import { differencesOf } from './differences';
import { FeedError } from './feedError';
import type { ListedProvider, PriceLines, ReadList } from './listSchema';
import { idOf, type TakenLines } from './merge';

/** A price is not believed that is so many times as high as before, or so many times as low. */
const unlikelyFactor = 10;
/** A list with fewer of the package's models is cut off. */
const leastKnownShare = 0.8;
/** More unlikely changes than these are one mistake, as of the unit. */
const mostUnlikelyShare = 0.2;

export interface Judging {
  /** What the package has, by which a list is known to be whole. */
  bundled: PriceLines;
  inForce: PriceLines;
  fetched: ReadList;
  /** Keys of what the user took though it was held back. */
  accepted: ReadonlySet<string>;
  calcPrice: typeof calcPrice;
  /** What our own list has against a fetched price, in words; `null`: nothing. */
  against?: (provider: string, model: ModelInfo) => string | null;
}

export interface Judged {
  lines: TakenLines;
  models: number;
  added: ModelDifference[];
  changed: ModelDifference[];
  removed: { provider: string; model: string }[];
  heldBack: HeldBack[];
}

/** Throws a `FeedError` for a list that can't be right. Between two providers others have their turn. */
export async function judge(judging: Judging): Promise<Judged> {
  const { bundled, inForce, fetched, accepted } = judging;
  refuseCutOff(bundled, fetched);
  const judged: Judged = {
    lines: { providers: [], kept: [], first: [] },
    models: 0,
    added: [],
    changed: [],
    removed: [],
    heldBack: [],
  };
  const kept: string[] = [];
  const first: string[] = [];
  const everywhere = dearest(inForce.flatMap(({ models }) => models));
  const before = new Map(inForce.map((provider) => [provider.id, provider]));
  const providers: ListedProvider[] = [];
  for (const provider of fetched.providers) {
    const known = new Map((before.get(provider.id)?.models ?? []).map((model) => [model.id, model]));
    const bounds = new Map([...everywhere, ...dearest([...known.values()])]);
    const shadows = shadowsOf(provider, known, judging.calcPrice);
    const refused = new Set(fetched.refused.filter((one) => one.provider === provider.id).map(({ model }) => model));
    const models: ModelInfo[] = [];
    for (const model of provider.models) {
      judged.models += 1;
      const old = known.get(model.id) ?? null;
      known.delete(model.id);
      const differences = differencesOf(old, model);
      const key = keyOf(provider.id, model);
      const isAccepted = accepted.has(key);
      const doubted = doubt({ ...judging, provider: provider.id, model, old, differences, bounds, shadows });
      const why = isAccepted ? null : doubted;
      // Taken against our own list, and for good.
      if (isAccepted && judging.against?.(provider.id, model) != null) first.push(idOf(provider.id, model.id));
      const difference = { provider: provider.id, model: model.id, differences };
      if (why !== null) judged.heldBack.push({ ...difference, key, ...why });
      else if (old === null) judged.added.push(difference);
      else if (differences.length > 0) judged.changed.push(difference);
      if (why === null) models.push(model);
      else if (old !== null) {
        models.push(old);
        kept.push(idOf(provider.id, model.id));
      }
    }
    for (const gone of known.values()) {
      models.push(gone);
      kept.push(idOf(provider.id, gone.id));
      if (!refused.has(gone.id)) judged.removed.push({ provider: provider.id, model: gone.id });
    }
    providers.push({ ...provider, models });
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { provider, model, reason, detail } of fetched.refused)
    judged.heldBack.push({ provider, model, reason, detail, key: null, differences: [] });
  const named = new Set(providers.map(({ id }) => id));
  const others = inForce.filter(({ id }) => !named.has(id));
  for (const { id, models } of others) {
    kept.push(...models.map((model) => idOf(id, model.id)));
    judged.removed.push(...models.map((model) => ({ provider: id, model: model.id })));
  }
  refuseImplausible(judged, inForce);
  return { ...judged, lines: { providers: [...providers, ...others], kept, first } };
}

function refuseCutOff(bundled: PriceLines, { providers, refused }: ReadList): void {
  const has = new Set([
    ...providers.flatMap(({ id, models }) => models.map((model) => idOf(id, model.id))),
    ...refused.map(({ provider, model }) => idOf(provider, model)),
  ]);
  const known = bundled.flatMap(({ id, models }) => models.map((model) => idOf(id, model.id)));
  const found = known.filter((id) => has.has(id)).length;
  if (found >= known.length * leastKnownShare) return;
  throw new FeedError('truncated', `it has only ${found} of the ${known.length} models that are known`);
}

function refuseImplausible({ heldBack }: Judged, inForce: PriceLines): void {
  const known = inForce.reduce((sum, { models }) => sum + models.length, 0);
  const unlikely = heldBack.filter(({ reason }) => reason === 'factor').length;
  if (unlikely <= known * mostUnlikelyShare) return;
  throw new FeedError('implausible', `it changes ${unlikely} prices by ${unlikelyFactor} times or more`);
}

/** An entry as it is, so that what was accepted is not accepted in another shape. */
function keyOf(provider: string, model: ModelInfo): string {
  const digest = createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 16);
  return `${idOf(provider, model.id)} ${digest}`;
}

interface Doubtful extends Pick<Judging, 'against'> {
  provider: string;
  model: ModelInfo;
  old: ModelInfo | null;
  differences: readonly PriceDifference[];
  bounds: ReadonlyMap<PriceKind, number>;
  shadows: ReadonlyMap<string, string[]>;
}

interface Doubt {
  reason: HeldBackReason;
  detail: string;
}

function doubt({ provider, model, old, differences, bounds, shadows, against }: Doubtful): Doubt | null {
  const shadowed = shadows.get(model.id);
  if (shadowed !== undefined) return { reason: 'shadow', detail: shadowed.join(', ') };
  if (old === null) {
    const dear = differences.some((one) => isOutlier(one, bounds));
    if (dear) return { reason: 'outlier', detail: '' };
  } else {
    if (differences.some(isLost)) return { reason: 'lost', detail: '' };
    const own = dearest([old]);
    if (differences.some((one) => isUnlikely(one, own, bounds))) return { reason: 'factor', detail: '' };
  }
  // An error of the list that we know is none of its news.
  const ours = differences.length === 0 ? null : (against?.(provider, model) ?? null);
  return ours === null ? null : { reason: 'ours', detail: ours };
}

const isOutlier = ({ kind, new: usd }: PriceDifference, bounds: ReadonlyMap<PriceKind, number>): boolean =>
  usd !== null && usd >= unlikelyFactor * (bounds.get(kind) ?? Number.POSITIVE_INFINITY);

/** 0.3 is less than ten times 0.03, to a double. */
const almost = 1 - 1e-9;

function isUnlikely(
  difference: PriceDifference,
  own: ReadonlyMap<PriceKind, number>,
  bounds: ReadonlyMap<PriceKind, number>,
): boolean {
  const { kind, old, new: usd } = difference;
  if (usd === null) return false;
  if (old !== null) return Math.max(old, usd) >= Math.min(old, usd) * unlikelyFactor * almost;
  // A price that the list did not say before: no token is so much dearer than the model's dearest.
  if (kind === 'webSearches' || kind === 'requests') return isOutlier(difference, bounds);
  const known = [...own].filter(([one]) => one !== 'webSearches' && one !== 'requests').map(([, most]) => most);
  return known.length > 0 && usd >= unlikelyFactor * Math.max(...known);
}

const isLost = ({ kind, aboveTokens, old, new: usd }: PriceDifference): boolean =>
  usd === null && old !== null && aboveTokens === null && (kind === 'input' || kind === 'output');

/** The highest price of each kind that any of them ever has. */
function dearest(models: readonly ModelInfo[]): Map<PriceKind, number> {
  const most = new Map<PriceKind, number>();
  for (const model of models) {
    for (const { kind, new: usd } of differencesOf(null, model))
      most.set(kind, Math.max(most.get(kind) ?? 0, usd ?? 0));
  }
  return most;
}

/** Entries that would be taken for other models that are known, with another price: which, and for whom. */
function shadowsOf(
  { models }: ListedProvider,
  known: ReadonlyMap<string, ModelInfo>,
  calc: typeof calcPrice,
): Map<string, string[]> {
  const shadows = new Map<string, string[]>();
  const suspects = models.filter(({ id, match }) => JSON.stringify(known.get(id)?.match) !== JSON.stringify(match));
  if (suspects.length === 0) return shadows;
  const places = new Map(models.map(({ id }, index) => [id, index]));
  const foundIn = (some: ModelInfo[], id: string): string | undefined =>
    calc({}, id, { provider: { id: 'these', name: '', api_pattern: '', models: some.map(withoutPrices) } })?.model.id;
  for (const [id, old] of known) {
    const taker = foundIn(suspects, id);
    if (taker === undefined || taker === id || foundIn([old], id) === undefined) continue;
    const model = suspects.find((one) => one.id === taker);
    const isBehind = (places.get(taker) ?? 0) > (places.get(id) ?? Number.POSITIVE_INFINITY);
    if (model === undefined || isBehind || differencesOf(old, model).length === 0) continue;
    shadows.set(taker, [...(shadows.get(taker) ?? []), id]);
  }
  return shadows;
}

const withoutPrices = (model: ModelInfo): ModelInfo => ({ ...model, prices: {} });
