/** Lines as Claude Code writes them into its transcripts, for tests; every field can be replaced or, by `undefined`, left out. */

export interface Usage {
  input_tokens?: unknown;
  output_tokens?: unknown;
  cache_creation_input_tokens?: unknown;
  cache_read_input_tokens?: unknown;
  cache_creation?: unknown;
  [other: string]: unknown;
}

export interface AssistantOptions {
  id?: unknown;
  model?: unknown;
  content?: unknown;
  usage?: Usage | null;
  /** Other fields of the line. */
  line?: Record<string, unknown>;
  /** Other fields of the message. */
  message?: Record<string, unknown>;
}

export const plainUsage = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 41_200,
  output_tokens: 806,
};

const envelope = {
  parentUuid: '9a1b',
  isSidechain: false,
  userType: 'external',
  cwd: '/home/ana/shop',
  sessionId: '0d5c2a1e-7a43-4c0e-9f1b-2f6c6a0f1d11',
  version: '2.1.231',
  gitBranch: 'main',
};

export function assistant(options: AssistantOptions = {}): Record<string, unknown> {
  return {
    ...envelope,
    message: {
      model: 'model' in options ? options.model : 'claude-opus-4-8',
      id: 'id' in options ? options.id : 'msg_01',
      type: 'message',
      role: 'assistant',
      content: options.content ?? [{ type: 'text', text: 'Lorem "ipsum"\n\\' }],
      stop_reason: 'end_turn',
      usage: 'usage' in options ? options.usage : plainUsage,
      ...options.message,
    },
    requestId: 'req_01',
    type: 'assistant',
    uuid: '5f0c',
    timestamp: '2026-09-14T08:15:42.317Z',
    ...options.line,
  };
}

export function user(content: unknown, line: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...envelope,
    type: 'user',
    message: { role: 'user', content },
    uuid: 'u1',
    timestamp: '2026-09-14T08:15:40.000Z',
    ...line,
  };
}

/** With white space after colons and commas, as some builds write it. */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry: unknown) => spacedJson(entry ?? null)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${pairs.map(([key, entry]) => `${JSON.stringify(key)}: ${spacedJson(entry)}`).join(', ')}}`;
}
