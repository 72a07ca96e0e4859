/**
 * A part of the engine that leads, with a life of its own. lead.ts lists those that live as long as it leads, openLedger.ts those
 * that live while its ledger is open. A list's order is that in which its parts begin, and end: who brings something in comes
 * before those who look at it, and these before who puts it away.
 */

/** `abandon`: another process leads by now; what is acknowledged is in our journal, and the rest is theirs. */
export type LeavingHow = 'close' | 'abandon';

export interface Service {
  /** Once a second while the ledger is open. `idle`: nobody writes. */
  tick?(idle: boolean): void | Promise<void>;
  stop(how: LeavingHow): void | Promise<void>;
}

export async function tickAll(services: readonly Service[], idle: () => boolean): Promise<void> {
  for (const service of services) await service.tick?.(idle());
}

/** All of them, though one fails; rejects with what the first one that did met. */
export async function stopAll(services: readonly Service[], how: LeavingHow): Promise<void> {
  const failures: unknown[] = [];
  for (const service of services) {
    try {
      await service.stop(how);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
