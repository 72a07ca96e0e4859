/** The ids of a line, as far as they are any. */
import type { EventKey } from '../../protocol/event';
import type { AssistantLine } from './transcriptLine';

export const scope = 'claude-code';
export const longestText = 256;

/** `null`: nothing tells which call it is. */
export function keyOf({ id, requestId, uuid }: AssistantLine): EventKey | null {
  const request = textOf(requestId);
  const call = textOf(id) ?? request ?? textOf(uuid);
  return call === null ? null : { scope, call, request };
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= longestText ? value : null;
}
