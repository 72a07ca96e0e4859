/** What a window asks the engine about prices; answered by the one that leads, whose user file and prices are in force. */
import { RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { PricedModel } from '../language';
import type { ModelPrice } from './price';
import type { TakePrices, TakenPrices } from './priceFeed';
import type { PriceQuestion } from './priceQuestion';

/** `null`: nobody has told us a price of this model. */
export const priceRequest = new RequestType<PriceQuestion, ModelPrice | null, void>('engine/price');
/** The models of the price package by the providers whose lists they are on, and those that the user gives a price. */
export const modelsRequest = new RequestType0<PricedModel[], void>('engine/models');
/** Brings the prices of the list that was fetched last into force; what is rated keeps its price until *Reprice*. */
export const takePricesRequest = new RequestType<TakePrices, TakenPrices, void>('engine/takePrices');
