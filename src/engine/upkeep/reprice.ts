/** Compares what stands in the ledger with present prices, and puts it right where that is wanted. */
import type { Upkeep } from '../../ledger/upkeep';
import type { RepricedModel, RepriceResult, Work } from '../../protocol/work';
import type { Rates } from '../prices/rates';

/** Some milliseconds of work each. */
const eventsPerStep = 500;

export interface Repricing {
  upkeep: Upkeep;
  rates: Rates;
  /** About how many events there are to look at. */
  events: number;
  /** `false`: only says what would change. */
  apply: boolean;
}

/** Reported costs stay, and so do events without details: what they were made of is not known any more. */
export async function reprice({ upkeep, rates, events, apply }: Repricing, work: Work): Promise<RepriceResult> {
  await rates.load();
  const models = new Map<string, RepricedModel>();
  const result = (cancelled: boolean): RepriceResult => ({
    cancelled,
    models: [...models.values()].sort((a, b) => Math.abs(b.newNanos - b.oldNanos) - Math.abs(a.newNanos - a.oldNanos)),
  });
  let looked = 0;
  for (let after: number | null = 0; after !== null;) {
    if (work.token?.isCancellationRequested === true) return result(true);
    const step = await upkeep.reprice((event) => rates.rate(event), rates.version, after, eventsPerStep, apply);
    for (const part of step.compared) add(models, part);
    looked += step.looked;
    work.report({ done: looked, total: Math.max(looked, events) });
    after = step.next;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return result(false);
}

function add(models: Map<string, RepricedModel>, part: RepricedModel): void {
  const key = `${part.provider}\u0000${part.model}`;
  const known = models.get(key);
  if (known === undefined) {
    models.set(key, { ...part });
    return;
  }
  known.events += part.events;
  known.oldNanos += part.oldNanos;
  known.newNanos += part.newNanos;
}
