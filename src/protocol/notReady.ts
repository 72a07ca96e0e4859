/** There is nobody to ask now, and perhaps soon. The error of a request; known by its reason, since each bundle has its own class. */
export class NotReady extends Error {
  readonly reason = 'not_ready';

  constructor() {
    super('the ledger is not ready');
    this.name = 'NotReady';
  }

  static is(error: unknown): boolean {
    return error instanceof Error && 'reason' in error && error.reason === 'not_ready';
  }
}
