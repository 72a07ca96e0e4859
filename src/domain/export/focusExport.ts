/**
 * FOCUS 1.2 (FinOps Open Cost and Usage Specification): a usage charge for each day and group. We know what a call costs by
 * the price list and see no invoice, so the four costs of a charge are one; what no price is known for is charged 0 and
 * counted in `x_UnpricedRequests`. Instants in UTC; the billing period is the calendar month in UTC. A name that the ledger
 * lacks is empty where FOCUS allows it, else `Unknown`.
 */
import { csv, type Cell, type ExactNumber } from '../../shared/csv';
import { instantText, usdText, type ExportFormatter, type ExportRow } from './exportRow';

const unknown = 'Unknown';
/** The ledger is one account: this user's on this machine. */
const account = 'agent-meter';

type Column = readonly [id: string, value: (row: ExportRow) => Cell | ExactNumber];

const cost = (row: ExportRow): ExactNumber => ({ exact: usdText(row.costNanos) });
const provider = (row: ExportRow): string => row.provider ?? unknown;
const tokens = (row: ExportRow): number => row.input + row.output + row.cacheRead + row.cacheWrite;

/** The first instant of the month, in UTC, that is `ahead` months after that of an instant. */
function month(atMs: number, ahead: number): string {
  const date = new Date(atMs);
  return instantText(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1));
}

function tags(row: ExportRow): string | null {
  const known = { project: row.project, agent: row.agent, user: row.user, team: row.team };
  const given = Object.entries(known).filter(([, value]) => value !== null);
  return given.length === 0 ? null : JSON.stringify(Object.fromEntries(given));
}

const columns: readonly Column[] = [
  ['BilledCost', cost],
  ['BillingAccountId', () => account],
  ['BillingAccountName', () => 'Agent Meter'],
  ['BillingCurrency', () => 'USD'],
  ['BillingPeriodEnd', ({ startMs }) => month(startMs, 1)],
  ['BillingPeriodStart', ({ startMs }) => month(startMs, 0)],
  ['ChargeCategory', () => 'Usage'],
  ['ChargeClass', () => null],
  ['ChargeDescription', (row) => `${row.model ?? unknown}, ${row.requests} requests`],
  ['ChargeFrequency', () => 'Usage-Based'],
  ['ChargePeriodEnd', ({ endMs }) => instantText(endMs)],
  ['ChargePeriodStart', ({ startMs }) => instantText(startMs)],
  ['ConsumedQuantity', tokens],
  ['ConsumedUnit', () => 'Tokens'],
  ['ContractedCost', cost],
  ['EffectiveCost', cost],
  ['InvoiceIssuerName', provider],
  ['ListCost', cost],
  ['PricingCategory', () => 'Standard'],
  ['PricingQuantity', tokens],
  ['PricingUnit', () => 'Tokens'],
  ['ProviderName', provider],
  ['PublisherName', provider],
  ['ResourceId', ({ project }) => project],
  ['ResourceName', ({ project }) => project],
  ['ResourceType', ({ project }) => (project === null ? null : 'Project')],
  ['ServiceCategory', () => 'AI and Machine Learning'],
  ['ServiceName', provider],
  ['ServiceSubcategory', () => 'Generative AI'],
  ['SkuId', ({ model }) => model ?? unknown],
  ['SkuMeter', () => 'Tokens'],
  ['Tags', tags],
  ['x_Agent', ({ agent }) => agent],
  ['x_CacheReadTokens', ({ cacheRead }) => cacheRead],
  ['x_CacheWriteTokens', ({ cacheWrite }) => cacheWrite],
  ['x_InputTokens', ({ input }) => input],
  ['x_OutputTokens', ({ output }) => output],
  ['x_Requests', ({ requests }) => requests],
  ['x_Tier', ({ tier }) => tier],
  ['x_UnpricedRequests', ({ unpricedRequests }) => unpricedRequests],
];

export const focusExport: ExportFormatter = {
  suffix: '.focus.csv',
  write: ({ rows }) =>
    csv(
      columns.map(([id]) => id),
      rows.map((row) => columns.map(([, value]) => value(row))),
    ),
};
