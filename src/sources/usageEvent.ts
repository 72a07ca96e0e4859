/** Makes a usage event of what a log says: most of its fields are seldom said. */
import {
  noAttribution,
  type Attribution,
  type CopyTraits,
  type EventKey,
  type TokenCounts,
  type UsageEvent,
} from '../protocol/event';

const noTokens: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };
const own: CopyTraits = { sidechain: false, forked: false, nested: false };

/** The agent is called by its source where nothing else is said. */
export function usageEvent(
  said: Pick<UsageEvent, 'source' | 'atMs' | 'model'> & {
    key: Pick<EventKey, 'namespace' | 'call'> & Partial<EventKey>;
    tokens: Partial<TokenCounts>;
    attribution?: Partial<Attribution>;
  } & Partial<Omit<UsageEvent, 'key' | 'tokens' | 'attribution'>>,
): UsageEvent {
  const { key, tokens, attribution, ...rest } = said;
  return {
    copy: own,
    provider: null,
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    ...rest,
    key: { request: null, ...key },
    tokens: { ...noTokens, ...tokens },
    attribution: { ...noAttribution, agent: said.source, ...attribution },
  };
}
