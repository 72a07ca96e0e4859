/**
 * Which copies of a logged line are one call, and what is kept of each. Pure; knows no clock and no storage.
 *
 * A call is written many times: once per content block, with a placeholder output first; again when a session is
 * resumed, forked or rewound; again when a side question replays its parent. All copies here share one `call` id.
 *
 * 1. Two copies are the same call when their requests are equal, when either has none, or when either is a sidechain.
 * 2. A sidechain copy beside a session's own line is a *replay* unless both name the same request: nothing of it is
 *    kept but an earlier instant. (A sidechain with no such line beside it is a subagent's own call, and counts.)
 * 3. The *measure* (tokens, cost, model, modifiers, status, duration) comes whole from one copy, never field by field:
 *    the one with the greatest output; then a reported cost; then the one that tells more requests apart; then the
 *    better known price of an equal measure; then the later to arrive.
 * 4. The *attribution* comes whole from one copy: not a sidechain, then not forked, then not nested; then the first seen.
 * 5. The instant is the earliest of all copies.
 *
 * What is left of a merge (its request, its traits) answers rules 1 and 2 for the copies still to come, so that the
 * order of arrival matters only where copies contradict each other with equal rank.
 */
import type { CopyTraits } from '../protocol/event';
import type { Pricing } from '../protocol/vocabulary';

/** What rules 1 to 4 look at. `request` is any value that is equal for equal requests; `null`: the copy has none. */
export interface CallCopy<Request extends string | number = string> extends CopyTraits {
  request: Request | null;
  output: number;
  /** How many requests its usage is of, as far as it says; 1 where it doesn't. */
  parts: number;
  pricing: Pricing;
}

export type Side = 'known' | 'arrived';

/** Where each part of the merged call comes from. */
export interface MergeChoice {
  measure: Side;
  attribution: Side;
  /** Whose request, when both or neither have one; else the one there is. */
  request: Side;
}

type Identity = Pick<CallCopy<string | number>, 'request' | 'sidechain'>;

export function sameCall(a: Identity, b: Identity): boolean {
  return a.request === b.request || a.request === null || b.request === null || a.sidechain || b.sidechain;
}

/** Whether exactly one of the two is a sidechain and they do not name the same request: that one is a replay. */
function oneIsReplay(a: Identity, b: Identity): boolean {
  return a.sidechain !== b.sidechain && (a.request === null || a.request !== b.request);
}

const trust: Record<Pricing, number> = { reported: 3, rated: 2, estimated: 1, unpriced: 0 };

function measureFrom(
  known: CallCopy<string | number>,
  arrived: CallCopy<string | number>,
  equalMeasure: boolean,
): Side {
  if (oneIsReplay(known, arrived)) return known.sidechain ? 'arrived' : 'known';
  if (arrived.output !== known.output) return arrived.output > known.output ? 'arrived' : 'known';
  const reported = Number(arrived.pricing === 'reported') - Number(known.pricing === 'reported');
  if (reported !== 0) return reported > 0 ? 'arrived' : 'known';
  if (arrived.parts !== known.parts) return arrived.parts > known.parts ? 'arrived' : 'known';
  if (equalMeasure) return trust[arrived.pricing] > trust[known.pricing] ? 'arrived' : 'known';
  return 'arrived';
}

/** The smaller, the more a copy is to be believed about whom a call was for. */
export function attributionPenalty(copy: CopyTraits): number {
  return (copy.sidechain ? 4 : 0) + (copy.forked ? 2 : 0) + (copy.nested ? 1 : 0);
}

/**
 * Of two copies of one call. `equalMeasure`: they agree on tokens, model and modifiers, so that only the price differs.
 */
export function better<Request extends string | number>(
  known: CallCopy<Request>,
  arrived: CallCopy<Request>,
  equalMeasure: boolean,
): MergeChoice {
  const measure = measureFrom(known, arrived, equalMeasure);
  const attribution = attributionPenalty(arrived) < attributionPenalty(known) ? 'arrived' : 'known';
  return { measure, attribution, request: requestFrom(known, arrived, measure) };
}

/** A session's own line says which request a call was; a replay's request is somebody else's. */
function requestFrom(known: CallCopy<string | number>, arrived: CallCopy<string | number>, measure: Side): Side {
  if (known.sidechain !== arrived.sidechain) return known.sidechain ? 'arrived' : 'known';
  if (known.request === null) return 'arrived';
  return arrived.request === null ? 'known' : measure;
}
