/**
 * Reservations: what was granted and is not settled yet. One holds its estimate against every place where its call will
 * be counted, from the grant until its report, its release, or its expiry. Pure; instants are epoch ms UTC.
 *
 * A reservation holds whatever period the clock is in: granted before midnight and settled after, it counts on both days
 * for a moment, and never on none.
 */
import { keepLatest } from '../usage/keepLatest';
import { addSums, noSums, type Sums } from '../usage/usageSums';
import { placeKey, type Place } from './budgetSpend';

export interface Reservation {
  id: string;
  atMs: number;
  expiresMs: number;
  provider: string;
  model: string;
  /** The fields of its subject that budgets look at. */
  subject: Readonly<Record<string, string>>;
  /** Of the window that asked: its session's begin. */
  sessionStartMs: number;
  /** Without a known cost it holds 0 of it. */
  sums: Sums;
}

/** `late`: it had expired. `repeated`: it was settled or released before. `unknown`: nobody granted it, or long ago. */
export type Settlement = 'settled' | 'late' | 'repeated' | 'unknown';

const mostRemembered = 20_000;

export class ReservationBook {
  readonly #open = new Map<string, { reservation: Reservation; keys: readonly string[] }>();
  readonly #held = new Map<string, Sums>();
  /** What became of those that are not open any more. */
  readonly #closed = new Map<string, 'closed' | 'expired'>();
  /** No open one expires before. */
  #nextExpiryMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#open.size;
  }

  all(): Reservation[] {
    return [...this.#open.values()].map(({ reservation }) => reservation);
  }

  get(id: string): Reservation | null {
    return this.#open.get(id)?.reservation ?? null;
  }

  hold(reservation: Reservation, places: readonly Place[]): void {
    const keys = places.map(placeKey);
    this.#open.set(reservation.id, { reservation, keys });
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, reservation.expiresMs);
    this.#add(keys, reservation.sums, 1);
  }

  /** The budgets changed: every open one holds where its call would be counted now. */
  replace(placesOf: (reservation: Reservation) => readonly Place[]): void {
    this.#held.clear();
    for (const [id, { reservation }] of this.#open) {
      const keys = placesOf(reservation).map(placeKey);
      this.#open.set(id, { reservation, keys });
      this.#add(keys, reservation.sums, 1);
    }
  }

  /** Ends it, whether its call was reported or will not be made. */
  settle(id: string): Settlement {
    if (this.#close(id, 'closed')) return 'settled';
    const closed = this.#closed.get(id);
    if (closed === undefined) return 'unknown';
    if (closed === 'closed') return 'repeated';
    this.#closed.set(id, 'closed');
    return 'late';
  }

  /** Takes out what has expired; answers their ids. */
  expire(nowMs: number): string[] {
    if (nowMs < this.#nextExpiryMs) return [];
    const expired = this.all().filter(({ expiresMs }) => expiresMs <= nowMs);
    for (const { id } of expired) this.#close(id, 'expired');
    this.#nextExpiryMs = Math.min(Number.POSITIVE_INFINITY, ...this.all().map(({ expiresMs }) => expiresMs));
    return expired.map(({ id }) => id);
  }

  held(place: Place): Readonly<Sums> {
    return this.#held.get(placeKey(place)) ?? nothing;
  }

  /** Of one provider, granted at this instant or later; with how many they are in `requests`. */
  heldOfProvider(provider: string, sinceMs: number): Sums {
    const total = noSums();
    for (const { reservation } of this.#open.values()) {
      if (reservation.provider === provider && reservation.atMs >= sinceMs) addSums(total, reservation.sums);
    }
    return total;
  }

  #close(id: string, how: 'closed' | 'expired'): boolean {
    const open = this.#open.get(id);
    if (open === undefined) return false;
    this.#open.delete(id);
    this.#add(open.keys, open.reservation.sums, -1);
    this.#closed.set(id, how);
    keepLatest(this.#closed, mostRemembered);
    return true;
  }

  #add(keys: readonly string[], sums: Sums, sign: 1 | -1): void {
    for (const key of keys) {
      const held = this.#held.get(key) ?? noSums();
      addSums(held, sums, sign);
      if (held.costNanos === 0 && held.tokens === 0 && held.requests === 0) this.#held.delete(key);
      else this.#held.set(key, held);
    }
  }
}

const nothing: Readonly<Sums> = Object.freeze(noSums());
