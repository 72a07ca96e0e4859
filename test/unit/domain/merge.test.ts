import fc from '../../support/properties';
import { describe, expect, it } from 'vitest';
import { attributionPenalty, better, sameCall, type CallCopy } from '../../../src/domain/merge';

/** A copy with what the merge moves around: the measure's and the attribution's name, and the instant. */
interface Copy extends CallCopy {
  measure: string;
  attribution: string;
  atMs: number;
}

function copy(parts: Partial<Copy> = {}): Copy {
  return {
    request: 'r1',
    output: 100,
    parts: 1,
    pricing: 'rated',
    sidechain: false,
    forked: false,
    nested: false,
    measure: 'm',
    attribution: 'a',
    atMs: 0,
    ...parts,
  };
}

/** As the ledger does it. */
function mergeAll(copies: readonly Copy[]): Copy[] {
  const calls: Copy[] = [];
  for (const arrived of copies) {
    const place = calls.findIndex((known) => sameCall(known, arrived));
    const known = calls[place];
    if (known === undefined) {
      calls.push(arrived);
      continue;
    }
    const choice = better(known, arrived, known.measure === arrived.measure && known.output === arrived.output);
    const measure = choice.measure === 'known' ? known : arrived;
    const { attribution, sidechain, forked, nested } = choice.attribution === 'known' ? known : arrived;
    calls[place] = {
      ...measure,
      attribution,
      sidechain,
      forked,
      nested,
      request: choice.request === 'known' ? known.request : arrived.request,
      atMs: Math.min(known.atMs, arrived.atMs),
    };
  }
  return calls;
}

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((one, place) =>
    permutations(all.filter((_, other) => other !== place)).map((rest) => [one, ...rest]),
  );
}

/** Merges in every order, which must all agree. */
function inEveryOrder(copies: readonly Copy[]): Copy[] {
  const normal = (calls: readonly Copy[]): string => JSON.stringify(calls.map((call) => JSON.stringify(call)).sort());
  const results = permutations(copies).map(mergeAll);
  const [first = []] = results;
  for (const result of results) expect(normal(result)).toBe(normal(first));
  return first;
}

describe('sameCall', () => {
  it.each([
    ['equal requests', {}, {}, true],
    ['different requests', {}, { request: 'r2' }, false],
    ['one without a request', {}, { request: null }, true],
    ['both without', { request: null }, { request: null }, true],
    ['a sidechain with another request', {}, { request: 'r2', sidechain: true }, true],
  ])('%s: %o and %o', (_, a, b, same) => {
    expect(sameCall(copy(a), copy(b))).toBe(same);
    expect(sameCall(copy(b), copy(a))).toBe(same);
  });
});

describe('merging copies of one call, in any order', () => {
  it('takes placeholder lines for what they are', () => {
    const lines = [
      copy({ output: 1, measure: 'p1', atMs: 5 }),
      copy({ output: 8, measure: 'p2', atMs: 6 }),
      copy({ output: 806, measure: 'full', atMs: 7 }),
      copy({ output: 806, measure: 'full', atMs: 8 }),
    ];
    expect(inEveryOrder(lines)).toMatchObject([{ output: 806, measure: 'full', atMs: 5 }]);
  });

  it('drops the replay of a side question, whatever it says', () => {
    const lines = [
      copy({ output: 1, measure: 'p', atMs: 1 }),
      copy({ output: 500, measure: 'full', atMs: 2 }),
      copy({ request: 'replay', sidechain: true, output: 9000, measure: 'replay', attribution: 'side', atMs: 3 }),
    ];
    expect(inEveryOrder(lines)).toMatchObject([
      { request: 'r1', output: 500, measure: 'full', attribution: 'a', atMs: 1 },
    ]);
  });

  it('drops it also where the session has no request ids', () => {
    const lines = [
      copy({ request: null, output: 500, measure: 'full' }),
      copy({ request: 'replay', sidechain: true, output: 9000, measure: 'replay', attribution: 'side' }),
      copy({ request: 'r1', output: 3, measure: 'p' }),
    ];
    expect(inEveryOrder(lines)).toMatchObject([{ request: 'r1', output: 500, measure: 'full', attribution: 'a' }]);
  });

  it("counts a subagent's own call, and takes the fuller copy of it for the session's attribution", () => {
    expect(inEveryOrder([copy({ sidechain: true, nested: true })])).toHaveLength(1);
    const lines = [
      copy({ sidechain: true, nested: true, output: 700, measure: 'full', attribution: 'nested' }),
      copy({ sidechain: true, output: 2, measure: 'p', attribution: 'session' }),
    ];
    expect(inEveryOrder(lines)).toMatchObject([{ output: 700, attribution: 'session', nested: false }]);
  });

  it('takes the fuller copy of one request from the file of a subagent, but not its attribution', () => {
    const lines = [
      copy({ output: 3, measure: 'p', attribution: 'session' }),
      copy({ output: 700, measure: 'full', attribution: 'nested', sidechain: true, nested: true }),
      copy({ output: 3, measure: 'p', attribution: 'session' }),
    ];
    expect(inEveryOrder(lines)).toMatchObject([{ output: 700, measure: 'full', attribution: 'session' }]);
  });

  it('attributes a forked or resumed line to its parent', () => {
    const lines = [
      copy({ attribution: 'parent', output: 10, measure: 'p' }),
      copy({ attribution: 'fork', forked: true, output: 300, measure: 'full', atMs: -1 }),
      copy({ attribution: 'fork in a subagent', forked: true, nested: true, output: 300, measure: 'full' }),
    ];
    expect(inEveryOrder(lines)).toMatchObject([{ attribution: 'parent', output: 300, measure: 'full', atMs: -1 }]);
  });

  it('keeps two requests of one id apart, also beside a replay', () => {
    const lines = [
      copy({ measure: 'one' }),
      copy({ request: 'r2', measure: 'two' }),
      copy({ request: 'r1', output: 1, measure: 'p' }),
      copy({ request: 'r2', output: 1, measure: 'p' }),
    ];
    expect(
      inEveryOrder(lines)
        .map(({ measure }) => measure)
        .sort(),
    ).toEqual(['one', 'two']);
  });

  it('believes a reported cost before a rated one, and any price before none', () => {
    const rated = copy({ measure: 'same' });
    expect(
      inEveryOrder([
        rated,
        copy({ measure: 'same', pricing: 'reported' }),
        copy({ measure: 'same', pricing: 'unpriced' }),
      ]),
    ).toMatchObject([{ pricing: 'reported' }]);
    expect(inEveryOrder([rated, copy({ measure: 'other', pricing: 'reported' })])).toMatchObject([
      { measure: 'other' },
    ]);
    expect(inEveryOrder([rated, copy({ output: 900, measure: 'more', pricing: 'unpriced' })])).toMatchObject([
      { measure: 'more' },
    ]);
  });

  it('takes, of equal output, the copy that tells more requests apart', () => {
    const written = [
      copy({ output: 3 }),
      copy({ measure: 'some', parts: 2 }),
      copy({ measure: 'all', parts: 3 }),
      copy(),
    ];
    expect(inEveryOrder(written)).toMatchObject([{ measure: 'all', parts: 3 }]);
    expect(inEveryOrder([copy({ parts: 3 }), copy({ measure: 'more', output: 101 })])).toMatchObject([
      { measure: 'more', parts: 1 },
    ]);
    expect(inEveryOrder([copy({ parts: 2 }), copy({ measure: 'said', pricing: 'reported' })])).toMatchObject([
      { measure: 'said' },
    ]);
  });

  it('takes the later of two that contradict each other with equal rank', () => {
    expect(mergeAll([copy({ measure: 'x' }), copy({ measure: 'y' })])).toMatchObject([{ measure: 'y' }]);
    expect(mergeAll([copy({ attribution: 'x' }), copy({ attribution: 'y' })])).toMatchObject([{ attribution: 'x' }]);
  });

  it('agrees in all orders for every realistic group, and is unmoved by reading it again', () => {
    // One call: its session's lines, with or without request; forks, nested copies; replays under one other request.
    const line = fc.record({
      kind: fc.constantFrom('session', 'fork', 'nested', 'subagent', 'replay'),
      output: fc.constantFrom(1, 5, 300, 301),
      named: fc.boolean(),
      atMs: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const sessions = lines.some(({ kind }) => kind !== 'replay' && kind !== 'subagent');
        const copies = lines.map(({ kind, output, named, atMs }): Copy => {
          // Without a session's line there is nothing to replay: these are a subagent's own.
          const replay = sessions && (kind === 'replay' || kind === 'subagent');
          return copy({
            request: replay ? 'replay' : named ? 'r1' : null,
            sidechain: kind === 'replay' || kind === 'subagent',
            forked: kind === 'fork',
            nested: kind === 'nested' || kind === 'subagent',
            output,
            measure: `${replay ? 'replay' : 'own'} ${output}`,
            attribution: kind,
            atMs,
          });
        });
        const calls = inEveryOrder(copies);
        expect(calls).toHaveLength(1);
        expect(mergeAll([...calls, ...copies])).toEqual(calls);
        const least = Math.min(...copies.map(attributionPenalty));
        expect(calls.map(attributionPenalty)).toEqual([least]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('of two copies', () => {
  const own = {};
  const replay = { sidechain: true, request: 'r2' };
  it.each([
    [
      'a replay is replaced by the call',
      replay,
      own,
      true,
      { measure: 'arrived', attribution: 'arrived', request: 'arrived' },
    ],
    [
      'a call is not replaced by its replay',
      own,
      { ...replay, output: 900 },
      true,
      { measure: 'known', attribution: 'known', request: 'known' },
    ],
    [
      'one without a request is a replay, too',
      own,
      { sidechain: true, request: null, output: 900 },
      true,
      { measure: 'known', attribution: 'known', request: 'known' },
    ],
    [
      'two without a request are told by which is a sidechain',
      { request: null, sidechain: true, output: 900 },
      { request: null },
      false,
      { measure: 'arrived', attribution: 'arrived', request: 'arrived' },
    ],
    [
      'of one request a sidechain is no replay',
      { sidechain: true },
      { output: 99 },
      true,
      { measure: 'known', attribution: 'arrived', request: 'arrived' },
    ],
    [
      'the greater output counts, when it comes later',
      own,
      { output: 101 },
      false,
      { measure: 'arrived', attribution: 'known', request: 'arrived' },
    ],
    [
      'the greater output counts, when it came before',
      own,
      { output: 99, pricing: 'reported' },
      false,
      { measure: 'known', attribution: 'known', request: 'known' },
    ],
    [
      'what was reported counts, when it comes later',
      own,
      { pricing: 'reported' },
      false,
      { measure: 'arrived', attribution: 'known', request: 'arrived' },
    ],
    [
      'what was reported counts, when it came before',
      { pricing: 'reported' },
      own,
      false,
      { measure: 'known', attribution: 'known', request: 'known' },
    ],
    [
      'of equal ones the better price counts',
      { pricing: 'estimated' },
      own,
      true,
      { measure: 'arrived', attribution: 'known', request: 'arrived' },
    ],
    [
      'of equal ones the worse price does not',
      own,
      { pricing: 'unpriced' },
      true,
      { measure: 'known', attribution: 'known', request: 'known' },
    ],
    [
      'of equal ones with equal prices the first counts',
      own,
      own,
      true,
      { measure: 'known', attribution: 'known', request: 'known' },
    ],
    [
      'of different ones with equal outputs the later counts',
      own,
      own,
      false,
      { measure: 'arrived', attribution: 'known', request: 'arrived' },
    ],
    [
      'of different ones with equal outputs the later counts, whatever its price',
      own,
      { pricing: 'unpriced' },
      false,
      { measure: 'arrived', attribution: 'known', request: 'arrived' },
    ],
    [
      'a request that is known is kept',
      { request: 'r1' },
      { request: null, output: 900 },
      false,
      { measure: 'arrived', attribution: 'known', request: 'known' },
    ],
    [
      'a request that comes is taken',
      { request: null, output: 900 },
      { request: 'r1' },
      false,
      { measure: 'known', attribution: 'known', request: 'arrived' },
    ],
    [
      'who was forked or nested is believed less',
      { forked: true },
      { nested: true },
      true,
      { measure: 'known', attribution: 'arrived', request: 'known' },
    ],
  ] as const)('%s', (_, known, arrived, equal, expected) => {
    expect(better(copy(known), copy(arrived), equal)).toEqual(expected);
  });
});
