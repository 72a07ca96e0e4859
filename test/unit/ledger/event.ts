/** One event as the ledger's tests make it; apart from their support, so that a process without a test runner can too. */
import { noAttribution, type RatedEvent } from '../../../src/protocol/event';

export const startMs = Date.UTC(2026, 10, 21, 8);

export type EventParts = Partial<Omit<RatedEvent, 'key' | 'tokens' | 'attribution' | 'rating' | 'copy'>> & {
  request?: string | null;
  tokens?: Partial<RatedEvent['tokens']>;
  attribution?: Partial<RatedEvent['attribution']>;
  rating?: Partial<RatedEvent['rating']>;
  copy?: Partial<RatedEvent['copy']>;
};

/** Event `call` costs 1000 nano-dollars and has 10 tokens of input and 20 of output, unless told otherwise. */
export function event(call: string, parts: EventParts = {}): RatedEvent {
  const { request, tokens, attribution, rating, copy, ...rest } = parts;
  return {
    key: { namespace: 'claude-code', call, request: request === undefined ? `req-${call}` : request },
    copy: { sidechain: false, forked: false, nested: false, ...copy },
    atMs: startMs,
    source: 'claude-code',
    provider: 'anthropic',
    model: 'claude-opus-4-8',
    tokens: { input: 10, output: 20, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0, ...tokens },
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: { ...noAttribution, ...attribution },
    rating: { costNanos: 1000, pricing: 'rated', matchedModel: 'claude-opus-4-8', priceVersion: 'v1', ...rating },
    ...rest,
  };
}

/** 10 + 20 tokens in two requests. */
export function rolledUp(call: string, more: EventParts = {}): RatedEvent {
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };
  const parts = [
    { ...none, input: 4, output: 1 },
    { ...none, input: 6, output: 19 },
  ];
  return event(call, { parts, ...more });
}

export function events(from: number, to: number): RatedEvent[] {
  return Array.from({ length: to - from }, (_, index) =>
    event(`call-${from + index}`, { atMs: startMs + from + index }),
  );
}
