/** Where the price package's keepers publish their list. Without schemas: the host shows it before it loads any. */
export const publicPriceList =
  'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';

export const priceUpdateModes = ['off', 'daily'] as const;
export type PriceUpdateMode = (typeof priceUpdateModes)[number];
