/** What is granted and not settled yet: on disk first, then in memory. What its caller is not told of holds nothing. */
import type { BudgetSpend, Place } from '../../domain/budgets/budgetSpend';
import { ReservationBook, type Reservation, type Settlement } from '../../domain/budgets/reservation';
import { subject, type Sums } from '../../domain/usage/usageSums';
import type { ReservationFile } from './reservationFile';

export class Reservations {
  private readonly book = new ReservationBook();

  /** Goes on with what earlier leads left in the file. */
  constructor(
    private readonly file: Pick<ReservationFile, 'reservations' | 'hold' | 'close'>,
    private readonly spend: Pick<BudgetSpend, 'everyPlaceOf'>,
  ) {
    for (const reservation of file.reservations()) this.book.hold(reservation, this.placesOf(reservation));
  }

  get size(): number {
    return this.book.size;
  }

  get(id: string): Reservation | null {
    return this.book.get(id);
  }

  /** Whether a call of this run is granted and not settled. */
  hasOfRun(run: string): boolean {
    return this.book.all().some((one) => one.subject['run'] === run);
  }

  /** Throws `NotWritten`. Holds its estimate in every place where its call will be counted. */
  hold(reservation: Reservation): void {
    this.file.hold(reservation);
    this.book.hold(reservation, this.placesOf(reservation));
  }

  settle(id: string): Settlement {
    const settlement = this.book.settle(id);
    if (settlement === 'settled') this.file.close(id);
    return settlement;
  }

  /** What has expired holds nothing any more. */
  expire(nowMs: number): void {
    for (const id of this.book.expire(nowMs)) this.file.close(id);
  }

  /** The budgets changed, and with them where calls will be counted. */
  holdAnew(): void {
    this.book.replace((reservation) => this.placesOf(reservation));
  }

  held(place: Place): Readonly<Sums> {
    return this.book.held(place);
  }

  heldOfProvider(provider: string, sinceMs: number): Sums {
    return this.book.heldOfProvider(provider, sinceMs);
  }

  private placesOf({ subject: values, sessionStartMs }: Reservation): Place[] {
    return this.spend.everyPlaceOf(subject(values), sessionStartMs);
  }
}
