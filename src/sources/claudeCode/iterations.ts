/**
 * What `usage.iterations` says of a call, which is one response but may be several requests:
 *
 * - Those of the model that answered are what the top level adds up. There may be several, around an advisor or a server's
 *   tool, and a long prompt is judged by each request's own size.
 * - Calls of their own, which the top level leaves out: what an advisor was asked, a compaction of the conversation, and an
 *   attempt of another model that declined. An attempt is charged only when it had begun to answer.
 *
 * A response that another model served in the end has a `fallback_message` for that one; the `message` beside it is then the
 * attempt that declined, and often without the name of its model.
 */
import type { TokenCounts } from '../../protocol/event';
import { iterationFields, type IterationRow, type LineRow } from './fields';
import { claudeUsage, isNothing, laneOf, type ClaudeUsage, type Lane } from './usage';

export interface OwnCall {
  kind: 'advisor' | 'compaction' | 'attempt';
  /** Position in `iterations`, which grow at their end only: with the kind it tells the call in every copy of the line. */
  index: number;
  /** `null`: no name of one. */
  model: string | null;
  usage: ClaudeUsage;
}

export interface RolledUp {
  /** Of the top level; `null`: of one request, or they don't add up to it. */
  parts: TokenCounts[] | null;
  calls: readonly OwnCall[];
  /** Some field was no count: it is taken as 0. */
  flawed: boolean;
}

const plain: RolledUp = { parts: null, calls: [], flawed: false };

/** `model` and `top` are the line's. */
export function rolledUp(line: LineRow, model: string, top: TokenCounts): RolledUp {
  const iterations = line.rows('iterations', iterationFields);
  if (iterations.length === 0) return plain;
  const hasFallback = iterations.some((iteration) => iteration.text('type') === 'fallback_message');
  const requests: TokenCounts[] = [];
  const calls: OwnCall[] = [];
  for (const [index, iteration] of iterations.entries()) {
    const kind = kindOf(iteration, model, hasFallback);
    if (kind === null) continue;
    const usage = claudeUsage(iteration, inherited(iteration, laneOf(line), kind));
    if (kind === 'request') requests.push(usage.tokens);
    else if (kind === 'advisor' || (kind === 'attempt' ? usage.tokens.output > 0 : !isNothing(usage))) {
      const own = kind === 'advisor' || iteration.has('model') ? iteration.label('model') : model;
      calls.push({ kind, index, model: own, usage });
    }
  }
  const parts = requests.length < 2 ? null : partsOf(requests, top);
  return { parts, calls, flawed: iterations.some(({ flawed }) => flawed) };
}

/** `request`: the top level has it; `null`: none of our business. */
function kindOf(iteration: IterationRow, model: string, hasFallback: boolean): OwnCall['kind'] | 'request' | null {
  const type = iteration.text('type');
  if (type === 'advisor_message') return 'advisor';
  if (type === 'compaction') return 'compaction';
  const isAnswer = type === 'message' || type === 'fallback_message';
  if (!iteration.has('model')) return !isAnswer ? null : type === 'message' && hasFallback ? 'attempt' : 'request';
  const named = iteration.text('model');
  if (named !== null && bare(named) === bare(model)) return isAnswer ? 'request' : null;
  return 'attempt';
}

/** An advisor's speed is its own: it is another model. */
function inherited(iteration: IterationRow, top: Lane, kind: OwnCall['kind'] | 'request'): Lane {
  const own = laneOf(iteration);
  return {
    serviceTier: own.serviceTier ?? top.serviceTier,
    geo: own.geo ?? top.geo,
    speed: own.speed ?? (kind === 'advisor' ? null : top.speed),
  };
}

/**
 * The top level is believed. Where requests don't add up to it, it is taken for one; where they only split cache writes or
 * thinking otherwise, the top level's are dealt out.
 */
function partsOf(requests: readonly TokenCounts[], top: TokenCounts): TokenCounts[] | null {
  const sum = (count: (tokens: TokenCounts) => number): number => requests.reduce((all, one) => all + count(one), 0);
  const same = (count: (tokens: TokenCounts) => number): boolean => sum(count) === count(top);
  if (!same(({ input }) => input) || !same(({ output }) => output)) return null;
  if (!same(({ cacheRead }) => cacheRead) || !same(written)) return null;
  const forAnHour = same(({ cacheWrite1h }) => cacheWrite1h)
    ? requests.map(({ cacheWrite1h }) => cacheWrite1h)
    : dealtOut(top.cacheWrite1h, requests.map(written));
  const thought = same(({ reasoning }) => reasoning)
    ? requests.map(({ reasoning }) => reasoning)
    : dealtOut(
        top.reasoning,
        requests.map(({ output }) => output),
      );
  return requests.map((request, place) => {
    const cacheWrite1h = forAnHour[place] ?? 0;
    return { ...request, cacheWrite1h, cacheWrite5m: written(request) - cacheWrite1h, reasoning: thought[place] ?? 0 };
  });
}

function written({ cacheWrite5m, cacheWrite1h }: TokenCounts): number {
  return cacheWrite5m + cacheWrite1h;
}

/** The first ones get as much as there is room for. */
function dealtOut(total: number, room: readonly number[]): number[] {
  let left = total;
  return room.map((most) => {
    const taken = Math.min(left, most);
    left -= taken;
    return taken;
  });
}

/** A model's name without the platform, date and context window that only one of two places may name. */
function bare(model: string): string {
  return model.replace(/^.*(?=claude-)/, '').replace(/(?:\[1m\]|[-@]\d{8}|@(?:latest|default)|-v\d+(?::\d+)?)+$/, '');
}
