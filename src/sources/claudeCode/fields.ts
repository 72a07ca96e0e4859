/**
 * What is read of a transcript's lines, and where it stands; nothing else of them is looked at. Only lines of `type` "assistant" with
 * a `message.usage` say what was used. One of them is written for each block of a response, and repeats its ids and counts.
 */
import { below, type Row } from '../reading/row';

/** Every usage has counts of tokens. */
export const markers = ['_tokens"'];

export const usageFields = {
  /** What was neither read from the cache nor written to it. */
  input: 'input_tokens',
  output: 'output_tokens',
  /** Part of the output. */
  thinking: 'output_tokens_details.thinking_tokens',
  cacheRead: 'cache_read_input_tokens',
  cacheWrite: 'cache_creation_input_tokens',
  /** How the writes are split by time, where that is told. */
  cacheWrite5m: 'cache_creation.ephemeral_5m_input_tokens',
  cacheWrite1h: 'cache_creation.ephemeral_1h_input_tokens',
  webSearches: 'server_tool_use.web_search_requests',
  serviceTier: 'service_tier',
  speed: 'speed',
  geo: 'inference_geo',
} as const;

/** Of an entry of `iterations`, which has the fields of a usage. */
export const iterationFields = { type: 'type', model: 'model', ...usageFields } as const;

export const lineFields = {
  type: 'type',
  /** Of the line, and of the line that it follows on. */
  uuid: 'uuid',
  parent: 'parentUuid',
  /** Of the response. */
  id: 'message.id',
  request: 'requestId',
  timestamp: 'timestamp',
  session: 'sessionId',
  cwd: 'cwd',
  isSidechain: 'isSidechain',
  /** There in lines that were copied from another session. */
  forkedFrom: 'forkedFrom',
  isError: 'isApiErrorMessage',
  /** Until 2025. */
  costUsd: 'costUSD',
  model: 'message.model',
  usage: 'message.usage',
  ...below('message.usage', usageFields),
  iterations: 'message.usage.iterations',
} as const;

export type UsageRow = Row<keyof typeof usageFields>;
export type IterationRow = Row<keyof typeof iterationFields>;
export type LineRow = Row<keyof typeof lineFields>;
