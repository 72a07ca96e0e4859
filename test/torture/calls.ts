/** Makes up calls: random tokens, so that no two sums are equal by chance; instants from two months ago until now. */
import type { Random } from './random';
import { listNanos, pricedModels, type Call } from './truth';

const hourMs = 3_600_000;

export class Calls {
  private made = 0;

  constructor(
    private readonly random: Random,
    private readonly name: string,
    private readonly nowMs: () => number,
  ) {}

  make(scope: Call['scope'], project?: string): Call {
    const { random } = this;
    const number = ++this.made;
    const call = {
      scope,
      id: scope === 'api' ? `call-${this.name}-${number}` : `msg_${this.name}_${number}`,
      request: scope === 'api' ? null : `req_${this.name}_${number}`,
      atMs: this.nowMs() - (random.chance(0.5) ? random.below(hourMs) : random.below(24 * 60) * hourMs),
      model: scope === 'api' && random.chance(0.5) ? random.pick(['acme-1', 'acme-2']) : random.pick(pricedModels),
      project: project ?? `p${random.below(5)}`,
      input: random.between(1, 9_999),
      output: random.between(10, 9_999),
      cacheRead: random.below(100_000),
      cacheWrite: random.below(10_000),
    };
    return { ...call, costNanos: this.cost(call) };
  }

  /** The same call as a later copy tells of it: more output. */
  improved(call: Call): Call {
    const better = { ...call, output: call.output + this.random.between(1, 500) };
    return { ...better, costNanos: this.cost(better) };
  }

  /** As a placeholder that an agent writes while the answer is still coming. */
  placeholder(call: Call): Call {
    const early = { ...call, output: this.random.between(1, Math.max(1, call.output - 1)) };
    return { ...early, costNanos: this.cost(early) };
  }

  private cost(call: Omit<Call, 'costNanos'>): number {
    return call.model.startsWith('claude') ? listNanos(call) : call.output * 1_001 + call.input * 37;
  }
}
