/** Run by wokenLead.test.ts in a process of its own: leads, reports, and stops itself as it replaces the checkpoint. */
import { writeSync } from 'node:fs';
import { Claims } from '../../../src/engine/leadership/claims';
import { Ledger } from '../../../src/ledger/ledger';
import { nodeLedgerIo } from '../../../src/ledger/ledgerIo';
import { event } from './event';

const [directory = '', wasmPath = ''] = process.argv.slice(2);

async function main(): Promise<void> {
  const claims = new Claims(directory);
  await claims.prepare();
  const claim = await claims.claim('/nowhere/agent-meter.sock', (await claims.highest())?.epoch ?? 0);
  if (claim === null) throw new Error('somebody else leads');
  const ledger = await Ledger.open({
    directory,
    epoch: claim.epoch,
    wasmPath,
    now: () => 0,
    log: () => undefined,
    mayReplaceCheckpoint: () => claims.holds(claim.epoch),
    io: {
      ...nodeLedgerIo,
      rename: (from, to) => {
        if (to.endsWith('ledger.sqlite')) {
          writeSync(1, 'stops\n');
          process.kill(process.pid, 'SIGSTOP');
        }
        return nodeLedgerIo.rename(from, to);
      },
    },
  });
  for (let call = 0; call < 10; call += 1) {
    await ledger.append({ events: [event(`process-${process.pid}-${call}`)], cursors: [] });
  }
  await ledger.checkpoint();
  // What is on its way to the disk when it wakes is acknowledged too.
  await ledger.append({ events: [event(`process-${process.pid}-late`)], cursors: [] });
  writeSync(1, 'woke\n');
}

void main();
