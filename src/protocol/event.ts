/**
 * The usage event: one metered LLM call, as sources and the API hand it to the engine.
 * Instants are epoch milliseconds UTC. Money is an integer count of nano-dollars (1e-9 USD). Tokens are counts.
 */
import type { CallStatus, Modifier, Pricing, SourceId } from './vocabulary';

/** Disjoint buckets but for `reasoning`, which is a part of `output`. `input` excludes cache reads and writes. */
export interface TokenCounts {
  input: number;
  output: number;
  cacheRead: number;
  /** Written for 5 minutes, or for a time the source does not tell. */
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
}

/** Who and what a call was for. `null`: not known. Never a path, an e-mail address or text of a prompt. */
export interface Attribution {
  project: string | null;
  agent: string | null;
  agentType: string | null;
  task: string | null;
  taskType: string | null;
  run: string | null;
  plan: string | null;
  session: string | null;
  user: string | null;
  team: string | null;
  /** Canonical JSON of the tags: a sorted list, or an object with sorted keys. */
  tags: string | null;
}

export const noAttribution: Attribution = {
  project: null,
  agent: null,
  agentType: null,
  task: null,
  taskType: null,
  run: null,
  plan: null,
  session: null,
  user: null,
  team: null,
  tags: null,
};

/**
 * Identity of a call, apart from who tells of it. Two copies with the same `call`, and the same `within`, are the same call when their `request` is equal, when either has
 * none, or when either is a sidechain replay. The ledger keeps a hash only, for ever.
 */
export interface EventKey {
  /**
   * Whose ids these are: equal ids of two namespaces are two calls. Where the provider has given the call its id it is the provider
   * (`anthropic`), so that a transcript, telemetry and a report tell of one call; else whoever numbers its calls (`api`).
   */
  namespace: string;
  call: string;
  request: string | null;
  /** Of a `call` id that other calls may have, too: what tells them apart. Nearly all ids are unique. */
  within?: string;
}

/** What tells the better of two copies of one call; the smaller penalties win, then the greater output, then the later. */
export interface CopyTraits {
  /** A subagent's line. Among copies with different requests it is the replay of somebody else's call. */
  sidechain: boolean;
  /** The line says it was copied from another session. */
  forked: boolean;
  /** Found in a subagent's own file; the session's file is preferred. */
  nested: boolean;
}

export interface UsageEvent {
  key: EventKey;
  copy: CopyTraits;
  atMs: number;
  source: SourceId;
  /** `null`: to be inferred from the model id. */
  provider: string | null;
  /** Exactly as logged. */
  model: string;
  tokens: TokenCounts;
  /**
   * Of a usage that rolls up several requests, the tokens of each; together they are `tokens`. `null`: of one request. They
   * are parts of one event, not events: copies of a call may know of fewer or of none, and the better copy is kept whole.
   */
  parts: readonly TokenCounts[] | null;
  webSearches: number;
  /** What a trusted source said the call cost. */
  reportedCostNanos: number | null;
  modifiers: readonly Modifier[];
  durationMs: number | null;
  status: CallStatus;
  attribution: Attribution;
}

type Shared = Pick<UsageEvent, 'attribution' | 'model' | 'modifiers' | 'provider' | 'source' | 'status'>;

/** Whether events have the same attribution, as neighbours mostly are. False says nothing: equal ones need not be the same. */
export function shareAttribution(a: Shared, b: Shared): boolean {
  return (
    a.attribution === b.attribution &&
    a.model === b.model &&
    a.modifiers === b.modifiers &&
    a.provider === b.provider &&
    a.source === b.source &&
    a.status === b.status
  );
}
/** How a cost came about. `matchedModel` and `priceVersion` are `null` where no price was used. */
export interface Rating {
  costNanos: number | null;
  pricing: Pricing;
  matchedModel: string | null;
  priceVersion: string | null;
}

export interface RatedEvent extends UsageEvent {
  provider: string;
  rating: Rating;
}

/** Two sources may read one file. */
export function cursorKey({ source, file }: Pick<FileCursor, 'source' | 'file'>): string {
  return `${source}\u0000${file}`;
}

/**
 * Where a reader stands in one file. Stored in the same journal record as the events read up to there. The path itself never enters
 * the ledger: `file` is its hash.
 */
export interface FileCursor {
  source: SourceId;
  /** 96-bit hash of the real path, hex. */
  file: string;
  /** Where reading goes on: JSON of the kind of file, which only the reader understands. */
  position: string;
  /** What the source's reader has to remember of what is before that: small JSON, `null` for nothing. */
  state: string | null;
  /** Lines, entries and rows that could not be read, or not in full: of lines ever in this file, of a document as it is now. */
  skipped: number;
}
