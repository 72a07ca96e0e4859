/** A made-up agent that appends JSON lines: the model first, then running totals, and what is used of a quota. */
import type { LineReader, Sink, Source } from '../../../../src/sources/source';
import { usageEvent } from '../../../../src/sources/usageEvent';
import type { Row } from '../../../../src/sources/reading/row';

const source = 'made-up-lines';
const markers = ['"model"', '"total"'];
const fields = { at: 'at', session: 'session', model: 'model', total: 'total', used: 'quota.used' } as const;

interface State {
  session: string;
  model: string;
  total: number;
}

class RunningTotals implements LineReader {
  readonly kind = 'lines';
  readonly markers = markers;
  readonly fields = fields;
  private readonly known: State;

  constructor(state: string | null) {
    this.known = state === null ? { session: '', model: '', total: 0 } : (JSON.parse(state) as State);
  }

  line(row: Row<keyof typeof fields>, offset: number, out: Sink): void {
    const { known } = this;
    known.session = row.label('session') ?? known.session;
    known.model = row.label('model') ?? known.model;
    const atMs = row.instant('at');
    if (atMs === null) {
      out.skipped('no instant');
      return;
    }
    const usedPercent = row.number('used');
    if (usedPercent !== null) {
      const unknown = { subscription: null, meter: null, used: null, limit: null, resetsAtMs: null } as const;
      out.quota({
        provider: 'openai',
        window: '5h',
        usedPercent,
        asOfMs: atMs,
        source,
        confidence: 'high',
        ...unknown,
      });
    }
    if (!row.has('total')) return;
    const output = row.count('total') - known.total;
    known.total += output;
    // These lines have no ids: where one begins tells it for ever.
    const key = { namespace: source, call: `${known.session}:${offset}` };
    out.event(usageEvent({ source, key, atMs, model: known.model, tokens: { output } }));
  }

  state(): string {
    return JSON.stringify(this.known);
  }
}

export const madeUpLines: Source = {
  id: source,
  label: 'Made-up Lines',
  roots: ({ home, path }) =>
    home === undefined ? [] : [{ directory: path.join(home, '.made-up', 'lines'), below: [] }],
  includes: (place) => place.at(-1)?.endsWith('.jsonl') === true,
  open: ({ state }) => new RunningTotals(state),
};
