/** Run by killed.test.ts in a process of its own: reports until it is killed, and prints what was acknowledged. */
import { writeSync } from 'node:fs';
import { Ledger } from '../../../src/ledger/ledger';
import { noAttribution, type RatedEvent } from '../../../src/protocol/event';

const [directory = '', epoch = '1', wasmPath = '', first = '0'] = process.argv.slice(2);

function event(call: string): RatedEvent {
  return {
    key: { namespace: 'api', call, request: null },
    copy: { sidechain: false, forked: false, nested: false },
    atMs: Date.UTC(2026, 10, 21),
    source: 'api',
    provider: 'anthropic',
    model: 'm',
    tokens: { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 },
    parts: null,
    webSearches: 0,
    reportedCostNanos: null,
    modifiers: [],
    durationMs: null,
    status: 'ok',
    attribution: noAttribution,
    rating: { costNanos: 1000, pricing: 'rated', matchedModel: 'm', priceVersion: 'v1' },
  };
}

async function main(): Promise<void> {
  const ledger = await Ledger.open({
    directory,
    epoch: Number(epoch),
    wasmPath,
    now: () => 0,
    log: () => undefined,
  });
  let next = Number(first);
  const report = async (): Promise<void> => {
    for (;;) {
      const calls = Array.from({ length: 1 + (next % 7) }, () => String(next++));
      await ledger.append({ events: calls.map(event), cursors: [] });
      writeSync(1, `${calls.join('\n')}\n`);
    }
  };
  const checkpoint = async (): Promise<void> => {
    for (;;) {
      await ledger.checkpoint();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await Promise.all([report(), report(), report(), checkpoint()]);
}

void main();
