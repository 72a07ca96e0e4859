/**
 * The clock that tests give the engine. It stands until a test moves it, so that no midnight comes between two steps,
 * however slow the machine is; or it goes on from where it was set, for tests of real life. It begins at TEST_NOW, an
 * instant such as 2026-12-31T22:30:00Z, else today. A window's thread reads the very clock of its test.
 */

const machineNow = Date.now;

/** When the tests of this process begin, in milliseconds. */
export const testStartMs = startOf(process.env['TEST_NOW']);

/**
 * A clock as it passes between threads.
 * @typedef {object} SharedClock
 * @property {boolean} goes
 * @property {SharedArrayBuffer} memory one cell: where it stands, or how far it is from the machine's clock
 */

/**
 * What engineWithClock.mjs is born with besides what the engine is.
 * @typedef {object} ClockedData
 * @property {SharedClock} clock
 * @property {string} engine the bundle
 */

export class TestClock {
  /** @type {SharedClock} */
  shared;
  /** @type {BigInt64Array} */
  #cell;

  /** @param {SharedClock} shared */
  constructor(shared) {
    this.shared = shared;
    this.#cell = new BigInt64Array(shared.memory);
  }

  /** @param {number} [atMs] */
  static standing(atMs = testStartMs) {
    return new TestClock({ goes: false, memory: new SharedArrayBuffer(8) }).set(atMs);
  }

  /** @param {number} [atMs] */
  static going(atMs = testStartMs) {
    return TestClock.ahead(atMs - machineNow());
  }

  /** @param {number} ms that it is ahead of the machine's */
  static ahead(ms) {
    return new TestClock({ goes: true, memory: new SharedArrayBuffer(8) }).putAhead(ms);
  }

  now = () => this.#base() + Number(Atomics.load(this.#cell, 0));

  get aheadMs() {
    return Math.round(this.now() - machineNow());
  }

  /** @param {number} ms that it is ahead of the machine's */
  putAhead(ms) {
    return this.set(machineNow() + ms);
  }

  /** @param {number} atMs */
  set(atMs) {
    Atomics.store(this.#cell, 0, BigInt(Math.round(atMs - this.#base())));
    return this;
  }

  /** @param {number} ms */
  advance(ms) {
    Atomics.add(this.#cell, 0, BigInt(Math.round(ms)));
    return this;
  }

  /** As a report and an override name it. @param {number} [ms] from now */
  iso(ms = 0) {
    return new Date(this.now() + ms).toISOString();
  }

  #base() {
    return this.shared.goes ? machineNow() : 0;
  }
}

/** @param {string | undefined} text */
function startOf(text) {
  if (text === undefined || text === '') return machineNow();
  const atMs = /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(atMs)) throw new Error(`TEST_NOW is no instant such as 2026-12-31T22:30:00Z: ${text}`);
  return atMs;
}
