/**
 * *Update Prices*: says what will be fetched from where, fetches it, shows what it would change, and takes it when told to.
 * What is rated keeps its price until *Reprice…*, which is offered then and asks for itself.
 */
import { env, l10n, window, type Disposable, type Memento, type QuickPickItem } from 'vscode';
import { displayName, pricesScheme } from '../../contributions';
import type { FetchedPrices, PriceUpdate } from '../../protocol/prices/priceFeed';
import { publicPriceList } from '../../protocol/vocabulary';
import type { EngineClient } from '../engine/engineClient';
import { plain } from '../../shared/escape';
import { createFormat } from '../../shared/format';
import { kindText, priceChangesDocument } from '../documents/priceChangesDocument';
import { readSetting } from '../settings';
import { ReadOnlyDocument } from '../documents/readOnlyDocument';
import { reprice } from './reprice';
import { withWork } from './work';

const allowedKey = 'prices.allowedAddress';

export class PriceUpdates implements Disposable {
  readonly #client: EngineClient;
  readonly #memento: Memento;
  readonly #document: ReadOnlyDocument;
  #shown: { update: PriceUpdate; taken: boolean } | null = null;

  constructor(client: EngineClient, memento: Memento) {
    this.#client = client;
    this.#memento = memento;
    this.#document = new ReadOnlyDocument({
      scheme: pricesScheme,
      name: 'Update Prices',
      text: () => {
        if (this.#shown === null) return Promise.resolve('');
        const { update, taken } = this.#shown;
        return Promise.resolve(priceChangesDocument(update, taken, createFormat(env.language, '')));
      },
    });
  }

  dispose(): void {
    this.#document.dispose();
  }

  async run(): Promise<void> {
    const address = readSetting('prices.url').trim() || publicPriceList;
    if (!(await this.#isAllowed(address))) return;
    const title = l10n.t('{0} fetches the price list', displayName);
    const update = await withWork(title, (work) => this.#client.ask('updatePrices', { address }, work));
    if (update === null) return;
    if (update.outcome === 'failed' && update.reason === 'cancelled') return;
    await this.#show(update, false);
    if (update.outcome === 'fetched') await this.#offer(update);
  }

  /** Asked once for each address. Who has it fetched daily has said so already. */
  async #isAllowed(address: string): Promise<boolean> {
    if (readSetting('prices.update') === 'daily' || this.#memento.get(allowedKey) === address) return true;
    const fetchIt = l10n.t('Fetch');
    const detail = l10n.t(
      '{0}\n\nOnly this list is asked for, and nothing is sent of you, your calls or your configuration. You see what it would change before any of it is in force.',
      address,
    );
    const question = l10n.t('Fetch the price list from this address?');
    if ((await window.showInformationMessage(question, { modal: true, detail }, fetchIt)) !== fetchIt) return false;
    await this.#memento.update(allowedKey, address);
    return true;
  }

  async #offer(update: FetchedPrices): Promise<void> {
    const acceptable = update.heldBack.filter(({ key }) => key !== null);
    const news = update.added.length + update.changed.length;
    if (news === 0 && acceptable.length === 0) {
      void window.showInformationMessage(l10n.t('{0}: the prices in force are those of the list.', displayName));
      return;
    }
    const take = l10n.t('Take New Prices');
    const choose = l10n.t('Choose Held-Back Ones…');
    const offer = l10n.t(
      '{0}: {1} new models, {2} changed prices, {3} held back. Take the new prices?',
      displayName,
      update.added.length,
      update.changed.length,
      update.heldBack.length,
    );
    const answers = [...(news > 0 ? [take] : []), ...(acceptable.length > 0 ? [choose] : [])];
    const answer = await window.showInformationMessage(offer, ...answers);
    if (answer === undefined) return;
    const accept = answer === choose ? await this.#choose(update) : [];
    if (accept !== null) await this.#take(update, accept);
  }

  /** `null`: the user has gone away. */
  async #choose(update: FetchedPrices): Promise<string[] | null> {
    const items = update.heldBack.flatMap(
      ({ key, provider, model, differences }): (QuickPickItem & { key: string })[] => {
        if (key === null) return [];
        const usd = (price: number | null): string => (price === null ? '–' : `$${price}`);
        const detail = differences
          .map(({ kind, old, new: next }) => `${kindText(kind)}: ${usd(old)} → ${usd(next)}`)
          .join(', ');
        return [{ label: plain(model), description: plain(provider), detail: plain(detail), key }];
      },
    );
    const chosen = await window.showQuickPick(items, {
      canPickMany: true,
      title: l10n.t('Update Prices'),
      placeHolder: l10n.t('Which held-back prices are right? They are taken with the new ones.'),
    });
    return chosen?.map(({ key }) => key) ?? null;
  }

  async #take(update: FetchedPrices, accept: string[]): Promise<void> {
    const taken = await this.#client.ask('takePrices', { checksum: update.list.checksum, accept });
    if (taken?.taken !== true) {
      void window.showWarningMessage(
        l10n.t('{0}: the list is no longer the one that was shown; run Update Prices again.', displayName),
      );
      return;
    }
    await this.#show(update, true);
    const rate = l10n.t('Reprice…');
    const told = l10n.t('{0}: the new prices are in force. What had a price keeps it until Reprice.', displayName);
    const differs = update.reprice.models.length > 0 || accept.length > 0;
    const answer = await window.showInformationMessage(told, ...(differs ? [rate] : []));
    if (answer === rate) await reprice(this.#client);
  }

  async #show(update: PriceUpdate, taken: boolean): Promise<void> {
    this.#shown = { update, taken };
    await this.#document.show();
  }
}
