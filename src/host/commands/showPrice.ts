/** *Show Price of Model…*: asks for a model and tells what it costs, and where that price is from. */
import { env, l10n, type Disposable } from 'vscode';
import { priceScheme } from '../../contributions';
import type { PricedModel } from '../../protocol/language';
import type { PriceQuestion } from '../../protocol/prices/priceQuestion';
import { createFormat } from '../../shared/format';
import type { Prices } from '../language/languageClient';
import { priceDocument } from '../documents/priceDocument';
import { ReadOnlyDocument } from '../documents/readOnlyDocument';
import { askText, choose, type Choice } from './configure/steps';

export class PriceDocuments implements Disposable {
  readonly #prices: Prices;
  readonly #document: ReadOnlyDocument;
  #shown: PriceQuestion | null = null;

  constructor(prices: Prices, now: () => number) {
    this.#prices = prices;
    this.#document = new ReadOnlyDocument({
      scheme: priceScheme,
      name: 'Price of Model',
      text: async () => {
        if (this.#shown === null) return '';
        const price = await prices.price(this.#shown);
        return priceDocument(this.#shown.model, price, createFormat(env.language, ''), now());
      },
    });
  }

  dispose(): void {
    this.#document.dispose();
  }

  async show(): Promise<void> {
    const question = await this.#ask();
    if (question === null) return;
    this.#shown = question;
    await this.#document.show();
  }

  /** `null`: the user has gone away. */
  async #ask(): Promise<PriceQuestion | null> {
    const title = l10n.t('Show Price of Model');
    const models = await this.#prices.models();
    if (models.length === 0) {
      const missing = l10n.t('The id of a model, as claude-opus-4-8.');
      const validate = (text: string): string | null => (text === '' ? missing : null);
      const answer = await askText({ title, prompt: l10n.t('Which model?'), validate });
      return answer.kind === 'answer' ? { provider: null, model: answer.value } : null;
    }
    const answer = await choose<PriceQuestion>({
      title,
      placeholder: l10n.t('Choose a model, or type the id that an agent logged'),
      choices: models.map(choice),
      other: { validate: () => null, item: typed },
    });
    return answer.kind === 'answer' ? answer.value : null;
  }
}

function choice({ provider, model, tier }: PricedModel): Choice<PriceQuestion> {
  return {
    label: model,
    description: tier === null ? provider : `${provider} · ${tier}`,
    value: { provider, model },
  };
}

function typed(model: string): Choice<PriceQuestion> {
  return { label: model, description: l10n.t('as typed'), alwaysShow: true, value: { provider: null, model } };
}
