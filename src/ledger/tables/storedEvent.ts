/**
 * One copy of a call as the ledger handles it: the ids are hashes, the repeated strings are one interned object.
 * This is what the journal records, so that replaying it does exactly what was done before.
 */
import type { CallCopy } from '../../domain/merge';
import type { CopyTraits, RatedEvent, TokenCounts } from '../../protocol/event';
import { callKey, requestHash } from './callKey';
import type { AttributionInterner, AttributionSet } from './attributionSet';

export interface StoredEvent {
  base: number;
  check: number;
  /** 0: none. */
  request: number;
  atMs: number;
  attribution: AttributionSet;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
  webSearches: number;
  costNanos: number | null;
  durationMs: number | null;
  /** 1 sidechain, 2 forked, 4 nested. */
  traits: number;
  /** Of a usage that rolls up several requests, each as `partsText` writes it: without them it could not be repriced. */
  parts: string | null;
}

/**
 * A copy and, once merged and stored, its place: rows of one base differ by ordinal. `compacted`: the details are gone,
 * and what comes later of this call is a duplicate. One type, so that a call's only copy is its row as it stands. Whoever
 * makes one names its fields in this order, so that all have one hidden class: another would have V8 compile anew all that
 * reads them.
 */
export interface EventRow extends StoredEvent {
  ordinal: number;
  compacted: boolean;
}

export function traitBits(copy: CopyTraits): number {
  return (copy.sidechain ? 1 : 0) | (copy.forked ? 2 : 0) | (copy.nested ? 4 : 0);
}

export function traitsOf(bits: number): CopyTraits {
  return { sidechain: (bits & 1) !== 0, forked: (bits & 2) !== 0, nested: (bits & 4) !== 0 };
}

/**
 * Throws a RangeError for what is not a count: it must not get as far as the journal. `reusedFromMs`: before this instant an
 * id was one call, whatever else the key says, because an earlier version counted so.
 */
export function copyOf(
  event: RatedEvent,
  book: AttributionInterner,
  reusedFromMs = Number.NEGATIVE_INFINITY,
): EventRow {
  const { namespace, call, request, within } = event.key;
  const asOnce = within !== undefined && event.atMs < reusedFromMs;
  const { base, check } = callKey(asOnce ? { namespace, call, request } : event.key);
  const { tokens } = event;
  if (!isText(event.key.call) || !isSound(event))
    throw new RangeError('A usage event has a number that is not a count.');
  return {
    base,
    check,
    request: requestHash(request),
    atMs: Math.round(event.atMs),
    attribution: book.ofEvent(event),
    input: tokens.input,
    output: tokens.output,
    cacheRead: tokens.cacheRead,
    cacheWrite5m: tokens.cacheWrite5m,
    cacheWrite1h: tokens.cacheWrite1h,
    reasoning: tokens.reasoning,
    webSearches: event.webSearches,
    costNanos: event.rating.costNanos,
    durationMs: event.durationMs === null ? null : Math.round(event.durationMs),
    traits: traitBits(event.copy),
    parts: event.parts === null ? null : partsText(event.parts),
    ordinal: 0,
    compacted: false,
  };
}

/** A sidechain is a copy of its call whatever request the others name. */
export function matchesAnyRequest(copy: StoredEvent): boolean {
  return traitsOf(copy.traits).sidechain;
}

/** What the rules of `domain/merge` look at. */
export function callCopyOf(copy: StoredEvent): CallCopy<number> {
  const { sidechain, forked, nested } = traitsOf(copy.traits);
  return {
    sidechain,
    forked,
    nested,
    request: copy.request === 0 ? null : copy.request,
    output: copy.output,
    parts: partsOf(copy.parts)?.length ?? 1,
    pricing: copy.attribution.pricing,
  };
}

export function equalMeasure(a: StoredEvent, b: StoredEvent): boolean {
  return (
    a.input === b.input &&
    a.output === b.output &&
    a.cacheRead === b.cacheRead &&
    a.cacheWrite5m === b.cacheWrite5m &&
    a.cacheWrite1h === b.cacheWrite1h &&
    a.reasoning === b.reasoning &&
    a.webSearches === b.webSearches &&
    a.parts === b.parts &&
    a.attribution.sameMeasure(b.attribution)
  );
}

/** JSON, so that every SQLite tool can read it: a list of [input, output, cache read, 5-minute write, 1-hour write, reasoning]. */
export function partsText(parts: readonly TokenCounts[]): string {
  return JSON.stringify(
    parts.map(({ input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning }) => [
      input,
      output,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      reasoning,
    ]),
  );
}

export function partsOf(text: string | null): TokenCounts[] | null {
  if (text === null) return null;
  return (JSON.parse(text) as number[][]).map(
    ([input = 0, output = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, reasoning = 0]) => ({
      input,
      output,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      reasoning,
    }),
  );
}

/** Whatever its type says. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** Nothing that is counted takes anything away. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Of parts that don't add up, a reprice would charge what nobody counted. */
function addUp(parts: readonly TokenCounts[], tokens: TokenCounts): boolean {
  return (['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'reasoning'] as const).every(
    (bucket) =>
      parts.every((part) => isCount(part[bucket])) &&
      parts.reduce((sum, part) => sum + part[bucket], 0) === tokens[bucket],
  );
}

function isSound({ tokens, parts, atMs, webSearches, durationMs, rating }: RatedEvent): boolean {
  return (
    Number.isFinite(atMs) &&
    Math.abs(atMs) < 1e14 &&
    isCount(tokens.input) &&
    isCount(tokens.output) &&
    isCount(tokens.cacheRead) &&
    isCount(tokens.cacheWrite5m) &&
    isCount(tokens.cacheWrite1h) &&
    isCount(tokens.reasoning) &&
    isCount(webSearches) &&
    (parts === null || addUp(parts, tokens)) &&
    (durationMs === null || (Number.isFinite(durationMs) && durationMs >= 0)) &&
    (rating.costNanos === null || isCount(rating.costNanos))
  );
}
