/** Plain CSV, for a spreadsheet: dates in the ledger's zone, costs in USD to the nano-dollar. */
import { csv } from '../../shared/csv';
import { usdText, type ExportFormatter } from './exportRow';

const head = [
  'date',
  'provider',
  'model',
  'tier',
  'project',
  'agent',
  'user',
  'team',
  'requests',
  'unpriced_requests',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cost_usd',
];

export const csvExport: ExportFormatter = {
  suffix: '.csv',
  write: ({ rows }) =>
    csv(
      head,
      rows.map((row) => [
        row.date,
        row.provider,
        row.model,
        row.tier,
        row.project,
        row.agent,
        row.user,
        row.team,
        row.requests,
        row.unpricedRequests,
        row.input,
        row.output,
        row.cacheRead,
        row.cacheWrite,
        { exact: usdText(row.costNanos) },
      ]),
    ),
};
