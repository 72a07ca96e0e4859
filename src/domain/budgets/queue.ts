/**
 * Who waits for what: first come, first served, for each limit. A ticket waits for every limit that refused it, and its
 * turn comes when nobody who came before it waits for any of them. Pure; epoch ms UTC.
 */
export interface Ticket {
  id: string;
  kind: 'run' | 'call';
  /** Keys of the places that refused it. */
  limits: readonly string[];
  /** What was asked, to be judged again. */
  argument: unknown;
  window: string;
  queuedMs: number;
  expiresMs: number;
}

export class WaitingList {
  /** In order of arrival. */
  #tickets = new Map<string, Ticket>();
  /** Whose turn is being written: they keep their place until it is, and nobody waits for them. */
  readonly #taken = new Map<string, Ticket>();
  /** Of whoever waits or is taken: the how manieth it was to come. */
  readonly #arrivals = new Map<string, number>();
  #arrived = 0;

  get size(): number {
    return this.#tickets.size;
  }

  all(): Ticket[] {
    return [...this.#tickets.values()];
  }

  get(id: string): Ticket | null {
    return this.#tickets.get(id) ?? null;
  }

  /** At the end; whoever waits already keeps its place, and waits from now on for these limits. */
  add(ticket: Ticket): Ticket {
    const kept = this.kept(ticket);
    if (!this.#tickets.has(ticket.id)) this.#arrivals.set(ticket.id, (this.#arrived += 1));
    this.#taken.delete(ticket.id);
    this.#tickets.set(ticket.id, kept);
    return kept;
  }

  /** As `add` would have it. */
  kept(ticket: Ticket): Ticket {
    const known = this.#tickets.get(ticket.id);
    return known === undefined ? ticket : { ...known, limits: ticket.limits, window: ticket.window };
  }

  /** Its turn has come, as soon as that is written; `null`: it does not wait. */
  take(id: string): Ticket | null {
    const ticket = this.get(id);
    if (ticket === null) return null;
    this.#tickets.delete(id);
    this.#taken.set(id, ticket);
    return ticket;
  }

  /** Its turn is written. `false`: it waits anew since. */
  leaveTaken(ticket: Ticket): boolean {
    if (this.#taken.get(ticket.id) !== ticket) return false;
    this.#forget(ticket.id);
    return true;
  }

  /** Its turn could not be written: it has its place again. */
  putBack(ticket: Ticket): void {
    if (this.#taken.get(ticket.id) !== ticket) return;
    this.#taken.delete(ticket.id);
    const arrival = ({ id }: Ticket): number => this.#arrivals.get(id) ?? 0;
    const inOrder = [...this.#tickets.values(), ticket].sort((a, b) => arrival(a) - arrival(b));
    this.#tickets = new Map(inOrder.map((one) => [one.id, one]));
  }

  /** The limits that it waits for may change while it waits. */
  waitFor(id: string, limits: readonly string[]): void {
    const known = this.#tickets.get(id);
    if (known !== undefined) this.#tickets.set(id, { ...known, limits });
  }

  remove(id: string): Ticket | null {
    const ticket = this.get(id);
    if (ticket !== null) this.#forget(id);
    return ticket;
  }

  /** From 1 on: how many of those who came first wait for a limit that it waits for, and itself. */
  position(id: string): number {
    const own = this.#tickets.get(id);
    if (own === undefined) return 0;
    let before = 0;
    for (const ticket of this.#tickets.values()) {
      if (ticket.id === id) break;
      if (ticket.limits.some((limit) => own.limits.includes(limit))) before += 1;
    }
    return before + 1;
  }

  /** Who came first for one of these limits, other than `id` itself and whoever came after it. */
  before(limits: readonly string[], id: string): Ticket | null {
    for (const ticket of this.#tickets.values()) {
      if (ticket.id === id) return null;
      if (ticket.limits.some((limit) => limits.includes(limit))) return ticket;
    }
    return null;
  }

  /** Takes out who has waited too long. */
  expire(nowMs: number): Ticket[] {
    const over = this.all().filter(({ expiresMs }) => expiresMs <= nowMs);
    for (const { id } of over) this.#forget(id);
    return over;
  }

  #forget(id: string): void {
    this.#tickets.delete(id);
    this.#taken.delete(id);
    this.#arrivals.delete(id);
  }
}
