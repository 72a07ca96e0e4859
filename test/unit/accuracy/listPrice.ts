/**
 * What a generated tree costs, found in another way than the product's: sums of tokens times the providers' list prices, as
 * decimals, added up as whole nano-dollars. None of these prices has a fraction of a nano-dollar per token, so that no
 * rounding of single calls is lost in the sums.
 */
import type { ClaudeTruth, Sums } from '../../support/claudeTruth';

/** USD per million tokens; web searches per thousand. */
interface ListPrice {
  input: string;
  output: string;
  cacheRead: string;
  cacheWrite5m: string;
  cacheWrite1h: string;
  webSearches: string;
}

const opus = {
  input: '5',
  output: '25',
  cacheRead: '0.50',
  cacheWrite5m: '6.25',
  cacheWrite1h: '10',
  webSearches: '10',
};
const sonnet = {
  input: '3',
  output: '15',
  cacheRead: '0.30',
  cacheWrite5m: '3.75',
  cacheWrite1h: '6',
  webSearches: '10',
};
const haiku = {
  input: '1',
  output: '5',
  cacheRead: '0.10',
  cacheWrite5m: '1.25',
  cacheWrite1h: '2',
  webSearches: '10',
};

/** Bedrock's price of a model in one region is a tenth more. It has no web searches: Claude Code can't use them there. */
export const listPrices: Readonly<Record<string, ListPrice>> = {
  'claude-opus-4-6': opus,
  'claude-sonnet-4-5-20250929': sonnet,
  'claude-haiku-4-5-20251001': haiku,
  'us.anthropic.claude-opus-4-6-v1:0': {
    input: '5.5', output: '27.5', cacheRead: '0.55', cacheWrite5m: '6.875', cacheWrite1h: '11', webSearches: '0',
  },
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0': {
    input: '3.3', output: '16.5', cacheRead: '0.33', cacheWrite5m: '4.125', cacheWrite1h: '6.6', webSearches: '0',
  },
  'us.anthropic.claude-haiku-4-5-20251001-v1:0': {
    input: '1.1', output: '5.5', cacheRead: '0.11', cacheWrite5m: '1.375', cacheWrite1h: '2.2', webSearches: '0',
  },
}; // prettier-ignore

export function listCost(model: string, sums: Omit<Sums, 'calls'>): bigint {
  const price = listPrices[model];
  if (price === undefined) throw new Error(`no list price of ${model}`);
  return (
    BigInt(sums.input) * nanosEach(price.input, 6) +
    BigInt(sums.output) * nanosEach(price.output, 6) +
    BigInt(sums.cacheRead) * nanosEach(price.cacheRead, 6) +
    BigInt(sums.cacheWrite5m) * nanosEach(price.cacheWrite5m, 6) +
    BigInt(sums.cacheWrite1h) * nanosEach(price.cacheWrite1h, 6) +
    BigInt(sums.webSearches) * nanosEach(price.webSearches, 3)
  );
}

/** Nano-dollars of one, where 10^`per` cost `price`; throws when that is not a whole number. */
function nanosEach(price: string, per: number): bigint {
  const [whole = '', fraction = ''] = price.split('.');
  const scaled = BigInt(whole + fraction) * 10n ** 9n;
  const divisor = 10n ** BigInt(per + fraction.length);
  if (scaled % divisor !== 0n) throw new Error(`${price} is no whole number of nano-dollars each`);
  return scaled / divisor;
}

export interface TreeShape {
  responsesPerSession: number;
  bedrock: boolean;
  subagents: boolean;
  advisors: boolean;
  attempts: boolean;
}

const models = ['claude-opus-4-6', 'claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001'];

/** By session: what its own model, its subagents (Haiku), its advisors (Opus) and those that declined cost, taken apart as the generator mixes them. */
export function sessionCosts({ bySession }: ClaudeTruth, shape: TreeShape): Map<string, bigint> {
  return new Map(
    Object.entries(bySession).map(([session, sums]) => {
      const number = Number.parseInt(session.slice(-12), 16);
      const model = models[number % 3] ?? '';
      const served = shape.bedrock && number % 4 === 1 ? `us.anthropic.${model}-v1:0` : model;
      const subagents = shape.subagents ? shape.responsesPerSession : 0;
      const advisors = shape.advisors ? Math.floor((shape.responsesPerSession + 1) / 4) : 0;
      const nothing = { output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, webSearches: 0 };
      const bySubagents = { ...nothing, input: 3 * subagents, output: 70 * subagents, cacheRead: 1000 * subagents };
      const byAdvisors = { ...nothing, input: 300 * advisors, output: 40 * advisors };
      const attempts = shape.attempts ? Math.floor((shape.responsesPerSession + 3) / 8) : 0;
      const byDeclining = { ...nothing, input: 408 * attempts, output: 30 * attempts };
      const declining = model === 'claude-opus-4-6' ? 'claude-haiku-4-5-20251001' : 'claude-opus-4-6';
      const own = {
        ...sums,
        input: sums.input - bySubagents.input - byAdvisors.input - byDeclining.input,
        output: sums.output - bySubagents.output - byAdvisors.output - byDeclining.output,
        cacheRead: sums.cacheRead - bySubagents.cacheRead,
      };
      const cost =
        listCost(served, own) +
        listCost('claude-haiku-4-5-20251001', bySubagents) +
        listCost('claude-opus-4-6', byAdvisors) +
        listCost(declining, byDeclining);
      return [session, cost];
    }),
  );
}
