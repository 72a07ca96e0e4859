/**
 * One GET of a price list: bounded in time, bytes and redirects. Nothing is sent but what a GET must have, and what the server
 * itself said of the list that we have. Node's own `fetch`, which in this thread knows nothing of the editor's proxy.
 */
import { checkedAddress } from './address';
import { FeedError } from './feedError';

export interface FetchBounds {
  timeoutMs: number;
  /** Unpacked. */
  mostBytes: number;
  mostRedirects: number;
}

export const fetchBounds: FetchBounds = { timeoutMs: 30_000, mostBytes: 8 * 1024 * 1024, mostRedirects: 5 };

/** What a server said of a list, by which it can tell whether it has changed. */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

export interface FetchedList extends Validators {
  body: Uint8Array;
}

/** `null`: not modified. Throws a `FeedError`. */
export async function fetchList(
  address: string,
  known: Validators | null,
  cancelled: AbortSignal | null,
  bounds: FetchBounds = fetchBounds,
): Promise<FetchedList | null> {
  const timeOut = AbortSignal.timeout(bounds.timeoutMs);
  const signal = cancelled === null ? timeOut : AbortSignal.any([timeOut, cancelled]);
  try {
    const response = await follow(checkedAddress(address), headersOf(known), signal, bounds.mostRedirects);
    if (response.status === 304 && known !== null) {
      await response.body?.cancel();
      return null;
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new FeedError('http_status', `the server answered ${response.status}`);
    }
    return {
      body: await read(response, bounds.mostBytes),
      etag: response.headers.get('etag'),
      lastModified: response.headers.get('last-modified'),
    };
  } catch (error) {
    if (FeedError.is(error)) throw error;
    if (cancelled?.aborted === true) throw new FeedError('cancelled', 'it was stopped');
    if (timeOut.aborted) throw new FeedError('timed_out', `no answer within ${bounds.timeoutMs / 1000} s`);
    throw new FeedError('unreachable', causeOf(error));
  }
}

function headersOf(known: Validators | null): Headers {
  const headers = new Headers({ accept: 'application/json' });
  if (known?.etag != null) headers.set('if-none-match', known.etag);
  if (known?.lastModified != null) headers.set('if-modified-since', known.lastModified);
  return headers;
}

async function follow(first: URL, headers: Headers, signal: AbortSignal, most: number): Promise<Response> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(url, { headers, signal, redirect: 'manual', credentials: 'omit' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null)
      return response;
    await response.body?.cancel();
    if (redirects === most) throw new FeedError('redirect', `it was sent on more than ${most} times`);
    url = checkedAddress(location, url);
  }
}

async function read(response: Response, most: number): Promise<Uint8Array> {
  const tooBig = (): FeedError => new FeedError('too_big', `the list has more than ${most} bytes`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.byteLength;
    // Leaving the loop ends the connection.
    if (length > most) throw tooBig();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Node says "fetch failed", and why only in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
