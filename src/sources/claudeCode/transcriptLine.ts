/**
 * One line of a transcript, reduced to the fields that metering needs: the only place where a line's JSON is looked at.
 * Prompts, answers and tool output are never kept. `undefined`: missing or `null`; other types stay as they are, to be judged.
 */

export interface UsageFields {
  input_tokens: unknown;
  output_tokens: unknown;
  cache_creation_input_tokens: unknown;
  cache_read_input_tokens: unknown;
  ephemeral_5m_input_tokens: unknown;
  ephemeral_1h_input_tokens: unknown;
  thinking_tokens: unknown;
  web_search_requests: unknown;
  service_tier: unknown;
  speed: unknown;
  inference_geo: unknown;
}

/** One entry of `usage.iterations`. */
export interface IterationFields {
  index: number;
  type: unknown;
  model: unknown;
  usage: UsageFields;
}

export interface AssistantLine {
  id: unknown;
  model: unknown;
  requestId: unknown;
  uuid: unknown;
  parentUuid: unknown;
  timestamp: unknown;
  sessionId: unknown;
  cwd: unknown;
  isSidechain: boolean;
  isApiErrorMessage: boolean;
  forked: boolean;
  costUSD: unknown;
  usage: UsageFields;
  iterations: readonly IterationFields[];
}

/** `null`: a line without usage of a model, which is none of our business. Throws where the text is no JSON object. */
export function assistantLine(text: string): AssistantLine | null {
  const line: unknown = JSON.parse(text);
  if (!isRecord(line)) throw new SyntaxError('Not an object');
  if (line['type'] !== 'assistant') return null;
  const message = line['message'];
  if (!isRecord(message)) return null;
  const usage = message['usage'];
  if (!isRecord(usage)) return null;
  return {
    usage: usageFields(usage),
    id: message['id'] ?? undefined,
    model: message['model'] ?? undefined,
    requestId: line['requestId'] ?? undefined,
    uuid: line['uuid'] ?? undefined,
    parentUuid: line['parentUuid'] ?? undefined,
    timestamp: line['timestamp'] ?? undefined,
    sessionId: line['sessionId'] ?? undefined,
    cwd: line['cwd'] ?? undefined,
    isSidechain: line['isSidechain'] === true,
    isApiErrorMessage: line['isApiErrorMessage'] === true,
    forked: (line['forkedFrom'] ?? undefined) !== undefined,
    costUSD: line['costUSD'] ?? undefined,
    iterations: iterationsOf(usage['iterations']),
  };
}

function usageFields(usage: Record<string, unknown>): UsageFields {
  const writes = usage['cache_creation'];
  const details = usage['output_tokens_details'];
  const tools = usage['server_tool_use'];
  return {
    input_tokens: usage['input_tokens'] ?? undefined,
    output_tokens: usage['output_tokens'] ?? undefined,
    cache_creation_input_tokens: usage['cache_creation_input_tokens'] ?? undefined,
    cache_read_input_tokens: usage['cache_read_input_tokens'] ?? undefined,
    ephemeral_5m_input_tokens: isRecord(writes) ? (writes['ephemeral_5m_input_tokens'] ?? undefined) : undefined,
    ephemeral_1h_input_tokens: isRecord(writes) ? (writes['ephemeral_1h_input_tokens'] ?? undefined) : undefined,
    thinking_tokens: isRecord(details) ? (details['thinking_tokens'] ?? undefined) : undefined,
    web_search_requests: isRecord(tools) ? (tools['web_search_requests'] ?? undefined) : undefined,
    service_tier: usage['service_tier'] ?? undefined,
    speed: usage['speed'] ?? undefined,
    inference_geo: usage['inference_geo'] ?? undefined,
  };
}

const none: readonly IterationFields[] = [];

export function iterationsOf(value: unknown): readonly IterationFields[] {
  if (!Array.isArray(value)) return none;
  return value.flatMap((iteration: unknown, index): IterationFields[] => {
    if (!isRecord(iteration)) return [];
    const { type, model } = iteration;
    return [{ index, type: type ?? undefined, model: model ?? undefined, usage: usageFields(iteration) }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
