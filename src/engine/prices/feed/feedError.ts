/** Why a price list can't be had. The message is for the log and the document, in English. */
import type { PriceFeedFailure } from '../../../protocol/prices/priceFeed';

export class FeedError extends Error {
  constructor(
    readonly reason: PriceFeedFailure,
    message: string,
  ) {
    super(message);
    this.name = 'FeedError';
  }

  /** Also of one that another bundle threw, whose class is another. */
  static is(error: unknown): error is FeedError {
    return error instanceof Error && error.name === 'FeedError';
  }
}
