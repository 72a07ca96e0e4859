/**
 * The price feed of the window that leads: asks for a public list when the user says so or has it done daily, judges it, keeps it,
 * and brings what was taken into force. Whatever goes wrong, the last good prices stay. Owns `<data>/prices/`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptListFacts, PriceUpdate, TakePrices, TakenPrices } from '../../../protocol/prices/priceFeed';
import type { RepriceResult, Work } from '../../../protocol/work';
import type { EngineSettings } from '../../../protocol/rpc';
import { publicPriceList } from '../../../protocol/vocabulary';
import { messageOf, type Log } from '../../support/log';
import type { Problems } from '../../figures/problems';
import type { Rates } from '../rates';
import { isDue, nextAsk } from './due';
import { FeedError } from './feedError';
import { feedVersion, KeptPrices, type FeedHead, type FeedPrices } from './keptPrices';
import type { Asked } from './update';

/** Nobody need hear of a server that was away for an hour. */
const failuresBeforeTold = 3;
const failedId = 'price-feed:failed';
const heldBackId = 'price-feed:held-back';
const damagedId = 'price-feed:damaged';

export interface PriceFeedOptions {
  dataDirectory: string;
  rates: Rates;
  problems: Problems;
  settings: () => EngineSettings['prices'];
  /** Other prices are in force. */
  onChange: () => void;
  now: () => number;
  log: Log;
}

/** What *Reprice* would change by these prices. */
type Preview = (rates: Rates) => Promise<RepriceResult>;

export class PriceFeed {
  private readonly kept: KeptPrices;
  private head: FeedHead | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private isAsking = false;
  private readonly ending = new AbortController();

  constructor(private readonly options: PriceFeedOptions) {
    this.kept = new KeptPrices(options.dataDirectory);
  }

  /** Before anything is rated. Never rejects: without it the package's prices are in force. */
  async load(): Promise<void> {
    const { rates, problems, log } = this.options;
    try {
      this.head = await this.kept.head();
      const { prices, damaged } = await this.kept.inForce(this.head);
      if (damaged !== null) {
        const now = prices === null ? 'those that ship with the extension' : nameOf(prices.facts);
        const message = `The prices from ${nameOf(damaged)} are damaged or not ours, and are ignored; in force are ${now}. Update Prices fetches them again.`;
        problems.raise({ id: damagedId, severity: 'warning', message });
        log('warn', message);
      }
      await rates.setFeed(prices);
    } catch (error) {
      log('error', `the price list can't be read: ${messageOf(error)}`);
    }
  }

  /** Asks for the list where that is due, and wanted; called every second or so. */
  tick(): void {
    const { settings, now, log } = this.options;
    const { update, url } = settings();
    if (update !== 'daily' || this.isAsking || this.head === null || !isDue(this.head, now())) return;
    this.isAsking = true;
    this.alone(() => this.daily(url || publicPriceList))
      .catch((error: unknown) => log('error', `the price list can't be updated: ${messageOf(error)}`))
      .finally(() => (this.isAsking = false));
  }

  /** `preview`: what *Reprice* would do with what was fetched. */
  update(address: string, preview: Preview, work: Work): Promise<PriceUpdate> {
    return this.alone(async () => {
      const cancelling = new AbortController();
      const listening = work.token?.onCancellationRequested(() => cancelling.abort());
      try {
        const asked = await this.ask(address, AbortSignal.any([cancelling.signal, this.ending.signal]));
        if (asked.outcome === 'failed') return asked;
        const { list, notModified, judged, inForce } = asked;
        const { lines, ...told } = judged;
        const rates = this.options.rates.withFeed({ facts: list, lines });
        return { outcome: 'fetched', list, notModified, inForce, ...told, reprice: await preview(rates) };
      } finally {
        listening?.dispose();
      }
    });
  }

  take({ checksum, accept }: TakePrices): Promise<TakenPrices> {
    return this.alone(async () => {
      const { rates } = this.options;
      const head = await this.current();
      const body = head.fetched?.checksum === checksum ? await this.kept.fetched(head) : null;
      if (head.fetched === null || body === null) return { taken: false, version: rates.version };
      const { judgeBody } = await import('./update');
      const accepted = [...new Set([...head.accepted, ...accept])];
      const { lines } = await judgeBody(body, rates.feed, accepted, this.options.now());
      await this.bring({ ...head, accepted }, head.fetched, lines);
      return { taken: true, version: rates.version };
    });
  }

  /** Waits for nothing that a server has to say. */
  async dispose(): Promise<void> {
    this.ending.abort();
    await Promise.race([this.last.catch(() => undefined), sleep(500, undefined, { ref: false })]);
  }

  private async daily(address: string): Promise<void> {
    const { problems, log } = this.options;
    const asked = await this.ask(address, this.ending.signal);
    if (asked.outcome === 'failed') {
      if (asked.reason === 'cancelled') return;
      const { failures } = await this.current();
      const message = `The price list of ${address} can't be had: ${asked.message}. The last good prices stay in force.`;
      if (failures >= failuresBeforeTold) problems.raise({ id: failedId, severity: 'info', message });
      return;
    }
    problems.clear(failedId);
    const { lines, heldBack, added, changed } = asked.judged;
    const doubtful = heldBack.filter(({ key }) => key !== null);
    if (doubtful.length === 0) problems.clear(heldBackId);
    else {
      const names = doubtful.slice(0, 3).map(({ provider, model }) => `${model} (${provider})`);
      const message = `${doubtful.length} prices of the public list are held back, among them ${names.join(', ')}: Update Prices shows why.`;
      problems.raise({ id: heldBackId, severity: 'info', message });
      log('warn', message);
    }
    if (added.length + changed.length === 0 && asked.inForce !== null) return;
    const head = await this.current();
    await this.bring(head, asked.list, lines);
    log('info', `${added.length} new and ${changed.length} changed prices from ${nameOf(asked.list)} are in force`);
  }

  /** Asks the server, and notes when that was. */
  private async ask(address: string, signal: AbortSignal): Promise<Asked> {
    const { rates, now, log } = this.options;
    const head = await this.current();
    const askedMs = now();
    const inForce = rates.feed?.facts ?? null;
    try {
      const { askForList } = await import('./update');
      const { fetched, body, ...asked } = await askForList({
        address,
        head,
        kept: this.kept,
        feed: rates.feed,
        signal,
        nowMs: askedMs,
      });
      const known = { askedMs, failures: 0, nextMs: nextAsk(0, askedMs, Math.random()) };
      await this.keepFetched({ ...head, ...known, fetched }, body);
      return { ...asked, inForce };
    } catch (error) {
      const { reason, message } = FeedError.is(error) ? error : new FeedError('not_kept', messageOf(error));
      log('warn', `the price list of ${address} can't be had: ${message}`);
      const failures = reason === 'cancelled' ? head.failures : head.failures + 1;
      const nextMs = reason === 'cancelled' ? head.nextMs : nextAsk(failures, askedMs, Math.random());
      this.head = { ...head, askedMs, failures, nextMs };
      await this.kept.put(this.head).catch(() => undefined);
      return { outcome: 'failed', address, reason, message, inForce };
    }
  }

  private async keepFetched(head: FeedHead, body: Uint8Array | null): Promise<void> {
    if (body !== null) await this.kept.keep(body);
    await this.kept.put(head);
    this.head = head;
  }

  private async bring(head: FeedHead, list: KeptListFacts, lines: FeedPrices['lines']): Promise<void> {
    const { rates, problems, log, onChange } = this.options;
    const checksum = await this.kept.keep(Buffer.from(JSON.stringify(lines)));
    const { address, fetchedMs } = list;
    const inForce = { address, fetchedMs, checksum };
    const previous = head.inForce?.checksum === checksum ? head.previous : head.inForce;
    const next = { ...head, inForce, previous };
    await this.kept.put(next);
    this.head = next;
    problems.clear(damagedId);
    if (!(await rates.setFeed({ facts: inForce, lines }))) return;
    log('info', `prices in force: ${rates.version}`);
    onChange();
  }

  private async current(): Promise<FeedHead> {
    this.head ??= await this.kept.head();
    return this.head;
  }

  /** One after the other: two questions at once would be two fetches, and two answers to keep. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}

const nameOf = (facts: KeptListFacts): string => `the ${feedVersion(facts)} from ${facts.address}`;
