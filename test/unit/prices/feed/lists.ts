/** Price lists for tests: the package's own, as its keepers publish it, with changes. */
import * as genaiPrices from '@pydantic/genai-prices';
import type { ModelInfo, Provider } from '@pydantic/genai-prices';
import {
  keysOf,
  readList,
  type PriceLines,
  type ReadList,
  type Trial,
} from '../../../../src/engine/prices/feed/listSchema';

export const bundled = (await genaiPrices.waitForUpdate()) as PriceLines;
export const trial: Trial = { calcPrice: genaiPrices.calcPrice, keys: keysOf(bundled) };

/** What a server would send: `change` works on a copy of its own. */
export function published(change: (list: Provider[]) => void = () => undefined): string {
  const list = structuredClone(bundled) as Provider[];
  change(list);
  return JSON.stringify(list);
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const read = (change?: (list: Provider[]) => void): Promise<ReadList> =>
  readList(bytes(published(change)), trial);

export function modelOf(list: readonly { id: string; models: ModelInfo[] }[], provider: string, id: string): ModelInfo {
  const model = list.find((one) => one.id === provider)?.models.find((one) => one.id === id);
  if (model === undefined) throw new Error(`${provider} has no ${id}`);
  return model;
}

export function addModel(list: Provider[], provider: string, model: Partial<ModelInfo> & { id: string }): void {
  const whole = { match: { equals: model.id }, prices: { input_mtok: 1, output_mtok: 2 }, ...model };
  list.find((one) => one.id === provider)?.models.unshift(whole);
}
