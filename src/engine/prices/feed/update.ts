/** One question to the server of a price list, and what its answer comes to. In a bundle of its own: a start has no use for it. */
import { createHash } from 'node:crypto';
import type { KeptListFacts, PriceUpdate } from '../../../protocol/prices/priceFeed';
import { loadPriceData } from '../loadPrices';
import { fetchList, type Validators } from './fetchList';
import { judge, type Judged } from './judge';
import type { FeedHead, FeedPrices, KeptPrices } from './keptPrices';
import { keysOf, readList } from './listSchema';
import { mergeLists } from './merge';

export type Asked =
  | Extract<PriceUpdate, { outcome: 'failed' }>
  | {
      outcome: 'fetched';
      list: KeptListFacts;
      notModified: boolean;
      judged: Judged;
      inForce: KeptListFacts | null;
    };

interface Question {
  address: string;
  head: FeedHead;
  kept: KeptPrices;
  /** In force now. */
  feed: FeedPrices | null;
  signal: AbortSignal;
  nowMs: number;
}

interface Answered {
  outcome: 'fetched';
  list: KeptListFacts;
  notModified: boolean;
  judged: Judged;
  fetched: KeptListFacts & Validators;
  /** To be kept; `null`: it is. */
  body: Uint8Array | null;
}

/** Throws a `FeedError`. */
export async function askForList({ address, head, kept, feed, signal, nowMs }: Question): Promise<Answered> {
  const known = head.fetched?.address === address ? head.fetched : null;
  const knownBody = known === null ? null : await kept.fetched(head);
  const answer = await fetchList(address, knownBody === null ? null : known, signal);
  const body = answer?.body ?? knownBody ?? new Uint8Array();
  const judged = await judgeBody(body, feed, head.accepted, nowMs);
  const checksum = createHash('sha256').update(body).digest('hex');
  const isKnown = known !== null && knownBody !== null && known.checksum === checksum;
  const fetchedMs = isKnown ? known.fetchedMs : nowMs;
  const { etag, lastModified } = answer ?? known ?? { etag: null, lastModified: null };
  const list = { address, fetchedMs, checksum };
  return {
    outcome: 'fetched',
    list,
    notModified: answer === null,
    judged,
    fetched: { ...list, etag, lastModified },
    body: isKnown ? null : body,
  };
}

export async function judgeBody(
  body: Uint8Array,
  feed: FeedPrices | null,
  accepted: readonly string[],
  nowMs: number,
): Promise<Judged> {
  const { bundled, calcPrice, against } = await loadPriceData();
  const fetched = await readList(body, { calcPrice, keys: keysOf(bundled) });
  const inForce = feed === null ? bundled : mergeLists(bundled, feed.lines).providers;
  const objection = against(nowMs);
  return judge({ bundled, inForce, fetched, accepted: new Set(accepted), calcPrice, against: objection });
}
