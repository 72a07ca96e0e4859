/**
 * Calls that are several requests, or whose ids are reused, written as copies of any kind, into any files, read in any order
 * and by any steps: always the same total. The truth is added up from what was drawn, by the list prices alone.
 */
import { randomUUID } from 'node:crypto';
import fc from '../../support/properties';
import { expect, test } from 'vitest';
import { rate } from '../../../src/domain/prices/rating';
import { loadPrices } from '../../../src/engine/prices/loadPrices';
import { copyOf } from '../../../src/ledger/tables/storedEvent';
import { fresh } from '../../../src/ledger/checkpoint/checkpointFile';
import { loadSqlJs } from '../../../src/ledger/tables/database';
import { LedgerStore } from '../../../src/ledger/tables/store';
import { assistant, type Usage } from '../../support/claudeLines';
import { wasmPath } from '../ledger/support';
import { OneTranscript } from '../sources/reading';

/** Nano-dollars a token. Sonnet 4.5 costs more above 200,000, Opus 4.6 does not. */
const sonnet = 'claude-sonnet-4-5-20250929';
const prices = {
  short: { input: 3000n, output: 15_000n, cacheRead: 300n },
  long: { input: 6000n, output: 22_500n, cacheRead: 600n },
  opus: { input: 5000n, output: 25_000n, cacheRead: 500n },
};

interface Request {
  input: number;
  output: number;
  cacheRead: number;
}

const request = fc.record({
  input: fc.nat(3000),
  output: fc.integer({ min: 20, max: 900 }),
  // At the threshold, too.
  cacheRead: fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 190_000, max: 210_000 })),
});
const call = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  compaction: fc.option(request, { nil: undefined }),
  advisor: fc.option(request, { nil: undefined }),
  declined: fc.option(request, { nil: undefined }),
  /** How many lines it has, the earlier ones with a placeholder. */
  lines: fc.integer({ min: 1, max: 3 }),
  /** Of a proxy, with an id that other sessions give, too. */
  reused: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
/** Each with its calls; it may be resumed: copied to a file of its own, up to some line. */
const sessions = fc.array(fc.record({ calls: fc.array(call, { maxLength: 3 }), resumed: fc.nat(9) }), { maxLength: 3 });

function costOf({ input, output, cacheRead }: Request, price: 'sonnet' | 'opus'): bigint {
  const each = price === 'opus' ? prices.opus : input + cacheRead > 200_000 ? prices.long : prices.short;
  return BigInt(input) * each.input + BigInt(output) * each.output + BigInt(cacheRead) * each.cacheRead;
}

function truthOf({ requests, compaction, advisor, declined }: Call): { calls: number; nanos: bigint; tokens: number } {
  const bySonnet = [...requests, ...(compaction === undefined ? [] : [compaction])];
  const byOpus = [advisor, declined].filter((one) => one !== undefined);
  return {
    calls: 1 + byOpus.length + (compaction === undefined ? 0 : 1),
    nanos:
      bySonnet.reduce((sum, one) => sum + costOf(one, 'sonnet'), 0n) +
      byOpus.reduce((sum, one) => sum + costOf(one, 'opus'), 0n),
    tokens: [...bySonnet, ...byOpus].reduce((sum, one) => sum + one.input + one.output + one.cacheRead, 0),
  };
}

function usageOf({ input, output, cacheRead }: Request): Usage {
  return { input_tokens: input, output_tokens: output, cache_read_input_tokens: cacheRead };
}

function fullUsage({ requests, compaction, advisor, declined }: Call): Usage {
  const sum = (count: (one: Request) => number): number => requests.reduce((all, one) => all + count(one), 0);
  const opus = 'claude-opus-4-6';
  const type = declined === undefined ? 'message' : 'fallback_message';
  const main = requests.map((one) => ({ type, model: sonnet, ...usageOf(one) }));
  return {
    ...usageOf({
      input: sum(({ input }) => input),
      output: sum(({ output }) => output),
      cacheRead: sum(({ cacheRead }) => cacheRead),
    }),
    iterations: [
      ...(declined === undefined ? [] : [{ type: 'message', model: opus, ...usageOf(declined) }]),
      ...(compaction === undefined ? [] : [{ type: 'compaction', ...usageOf(compaction) }]),
      ...main.slice(0, 1),
      ...(advisor === undefined ? [] : [{ type: 'advisor_message', model: opus, ...usageOf(advisor) }]),
      ...main.slice(1),
    ],
  };
}

/** Files of lines. */
function written(drawn: readonly { calls: readonly Call[]; resumed: number }[]): string[][] {
  return drawn.flatMap(({ calls, resumed }, session) => {
    let parentUuid = `u${session}`;
    const lines = calls.flatMap((one, number) =>
      Array.from({ length: one.lines }, (_, line) => {
        const uuid = randomUUID();
        const isLast = line === one.lines - 1;
        const full = fullUsage(one);
        const made = assistant({
          id: one.reused ? `msg_${number}` : `msg_01${String(session * 10 + number).padStart(20, '0')}`,
          model: sonnet,
          usage: isLast ? full : { ...full, output_tokens: 1 + line, iterations: [] },
          line: {
            requestId: one.reused ? undefined : `req_${session}_${number}`,
            uuid,
            parentUuid: line === 0 ? `${parentUuid}-user` : parentUuid,
            sessionId: `s${session}`,
            timestamp: new Date(Date.UTC(2026, 8, 14, session, number, line)).toISOString(),
          },
        });
        parentUuid = uuid;
        return made;
      }),
    );
    const copy = lines.slice(0, resumed).map((line) => JSON.stringify({ ...line, sessionId: `s${session}-resumed` }));
    return [lines.map((line) => JSON.stringify(line)), copy];
  });
}

test('any copies, files, orders and steps add up to the same', async () => {
  const catalogue = await loadPrices();
  const sql = await loadSqlJs(wasmPath);
  fc.assert(
    fc.property(sessions, fc.infiniteStream(fc.nat()), (drawn, random) => {
      const next = (limit: number): number => (random.next().value as number) % limit;
      const waiting = written(drawn).map((lines) => ({
        lines,
        reader: new OneTranscript({ place: ['-p', 's.jsonl'] }),
        at: 0,
      }));
      const store = new LedgerStore(fresh(sql));
      store.beginBulkLoad();
      for (let left = waiting; left.length > 0; left = left.filter(({ lines, at }) => at < lines.length)) {
        const file = left[next(left.length)];
        if (file === undefined) break;
        const end = Math.min(file.lines.length, file.at + 1 + next(4));
        file.reader.feed(file.lines.slice(file.at, end));
        file.at = end;
        if (next(3) === 0 && end < file.lines.length) continue;
        const copies = file.reader.events().map((event) => {
          const named = { ...event, provider: 'anthropic' };
          return copyOf({ ...named, rating: rate(named, catalogue) }, store.attributions);
        });
        store.apply([{ kind: 'events', copies, cursors: [] }]);
        // Started anew, with what it has to remember.
        if (next(3) === 0) {
          file.reader = new OneTranscript({ place: ['-p', 's.jsonl'], state: file.reader.state });
        }
      }
      const [total] = store.queries.query({
        buckets: [{ startMs: 0, endMs: 4e12, label: 'all' }],
        dimensions: [],
        filter: {},
      });
      store.close();
      const truths = drawn.flatMap(({ calls }) => calls).map(truthOf);
      expect({
        calls: total?.events ?? 0,
        nanos: BigInt(total?.costNanos ?? 0),
        tokens: (total?.input ?? 0) + (total?.output ?? 0) + (total?.cacheRead ?? 0),
      }).toEqual({
        calls: truths.reduce((sum, { calls }) => sum + calls, 0),
        nanos: truths.reduce((sum, { nanos }) => sum + nanos, 0n),
        tokens: truths.reduce((sum, { tokens }) => sum + tokens, 0),
      });
    }),
    { numRuns: 300 },
  );
});
