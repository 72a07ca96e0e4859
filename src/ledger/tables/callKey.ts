/**
 * What the ledger remembers of an idempotency key, for ever: 95 bits of a SHA-1 of namespace and call id (and of what tells calls
 * of one id apart, where that is needed), and 47 bits for the request id. The ids themselves are not kept.
 *
 * `base` (48 bits) is the place in the event table: row id = base * 16 + ordinal, so that everything of one call is
 * found together and a row id stays an exact JavaScript number. `check` (47 bits) tells two calls that meet at one base.
 */
import { hash } from 'node:crypto';
import type { EventKey } from '../../protocol/event';

export const rowsPerBase = 16;

export interface CallKey {
  base: number;
  check: number;
}

function keyOf(text: string): CallKey {
  // A character per byte: of all forms of a digest the cheapest to make and to read.
  const digest = hash('sha1', text, 'binary');
  return { base: sixBytes(digest, 0), check: sixBytes(digest, 6) % 0x800000000000 };
}

function sixBytes(digest: string, from: number): number {
  return threeBytes(digest, from) * 0x1000000 + threeBytes(digest, from + 3);
}

function threeBytes(digest: string, from: number): number {
  return (digest.charCodeAt(from) << 16) | (digest.charCodeAt(from + 1) << 8) | digest.charCodeAt(from + 2);
}

/** What the first versions called a namespace, by the source that had found it: the keys that they wrote go on to mean the same calls. */
const firstNames: Readonly<Record<string, string>> = { anthropic: 'claude-code' };

export function callKey(key: EventKey): CallKey {
  const text = `${firstNames[key.namespace] ?? key.namespace}\u0000${key.call}`;
  return keyOf(key.within === undefined ? text : `${text}\u0000${key.within}`);
}

/** Where a call goes when a base is full: only with one call id under more than sixteen requests. */
export function overflowKey(key: CallKey, request: number): CallKey {
  return keyOf(`${key.base}:${key.check}:${request}`);
}

/** 47 bits of the request id, never 0; 0: none. Not cryptographic: it only tells the requests of one call apart. */
export function requestHash(request: string | null): number {
  if (request === null) return 0;
  let high = 0x9e3779b1;
  let low = 0x85ebca77;
  for (let index = 0; index < request.length; index += 1) {
    const unit = request.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995);
  }
  high ^= low >>> 15;
  low ^= high >>> 13;
  return (high >>> 17) * 0x100000000 + (low >>> 0) || 1;
}
