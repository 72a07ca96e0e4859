/** The picture of a lead that closes, kept where the next start can tell whether it is still right (glance.ts). */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ledger } from '../../ledger/ledger';
import type { MeterSnapshot } from '../../protocol/snapshot';
import type { BudgetPicture } from '../budgets/budgets';
import type { Configurations } from '../configuration/configurations';
import type { LeadOptions } from '../leadOptions';
import type { WindowView } from '../service';
import { keptPictureName, keptPictureVersion, ledgerStamp, type KeptPicture } from './keptPicture';

const longestMs = 100 * 365 * 86_400_000;

type Kept = Omit<KeptPicture, 'ledger'>;

export class LastPicture {
  private readonly file: string;
  private kept: Kept | null = null;
  private changes = 0;

  constructor(
    private readonly options: Pick<LeadOptions, 'dataDirectory' | 'view' | 'settings' | 'rates' | 'log'>,
    private readonly ledger: Pick<Ledger, 'changes' | 'cursors' | 'query'>,
  ) {
    this.file = join(options.dataDirectory, keptPictureName);
  }

  /** While the ledger is still open. */
  take(
    configurations: Pick<Configurations, 'for' | 'stamp'>,
    pictureOf: (view: WindowView) => MeterSnapshot,
    budgets: { picture(view: WindowView): BudgetPicture },
  ): void {
    const { rates, settings } = this.options;
    const view = this.options.view();
    const picture = pictureOf(view);
    const { subscriptions, providers } = configurations.for(view).configuration;
    // Fees, and what a machine at home costs, grow by the day.
    const isFree = subscriptions.length === 0 && Object.keys(providers).length === 0;
    const isReserved = budgets.picture(view).budgets.some(({ reserved }) => reserved !== 0);
    if (!isFree || isReserved || !isLasting(picture) || this.hasEventsSince(picture.asOfMs)) return;
    this.changes = this.ledger.changes;
    this.kept = {
      format: keptPictureVersion,
      picture,
      prices: rates.builtInVersion,
      settings: settings(),
      zone: view.timezone,
      configuration: configurations.stamp,
      cursors: this.ledger.cursors().map(({ file, identity, size, mtimeMs }) => ({ file, identity, size, mtimeMs })),
    };
  }

  /**
   * Once the ledger is closed. Where there is nothing worth it, the one before stays: what it rests on tells what it is worth.
   * Never rejects: it can be missed.
   */
  async keep(): Promise<void> {
    const { kept } = this;
    if (kept === null || this.ledger.changes !== this.changes) return;
    try {
      await this.write(kept);
    } catch (error) {
      this.options.log('info', `the last picture was not kept: ${String(error)}`);
    }
  }

  private async write(kept: Kept): Promise<void> {
    const temporary = `${this.file}.${process.pid}.tmp`;
    const whole: KeptPicture = { ...kept, ledger: ledgerStamp(this.options.dataDirectory) };
    await writeFile(temporary, JSON.stringify(whole), { mode: 0o600 });
    await rename(temporary, this.file);
  }

  /** Of an agent whose clock is ahead: the next session would have them. */
  private hasEventsSince(startMs: number): boolean {
    const future = { startMs, endMs: startMs + longestMs, label: '' };
    return this.ledger.query({ buckets: [future], dimensions: [], filter: {} }).some(({ events }) => events > 0);
  }
}

/** Whether nothing in it changes by the mere passing of time, but for the ends of days and periods. */
function isLasting(picture: MeterSnapshot): boolean {
  const { ledgerOpen, import: running, limits, alerts, overrides, notice, problems, sources } = picture;
  return (
    ledgerOpen &&
    running === null &&
    notice === null &&
    alerts.length + overrides.length + problems.length === 0 &&
    sources.length > 0 &&
    sources.every(({ state }) => state === 'watching' || state === 'absent' || state === 'disabled') &&
    // Of a budget's period only its end changes what is used; a quota's window may roll.
    limits.every(({ kind, momentary }) => kind === 'budget' && !momentary)
  );
}
