/** JSON for programs: money both as nano-dollars, which add up exactly, and as decimal text of USD. */
import { instantText, usdText, type ExportFormatter } from './exportRow';

export const jsonExport: ExportFormatter = {
  suffix: '.json',
  write({ rows, startMs, endMs, timezone, filter, nowMs }) {
    const costNanos = rows.reduce((sum, row) => sum + row.costNanos, 0);
    const document = {
      generator: 'Agent Meter',
      version: 1,
      asOf: instantText(nowMs),
      from: instantText(startMs),
      to: instantText(endMs),
      timezone,
      filter,
      currency: 'USD',
      total: { costNanos, costUsd: usdText(costNanos), requests: rows.reduce((sum, row) => sum + row.requests, 0) },
      rows: rows.map((row) => ({
        date: row.date,
        from: instantText(row.startMs),
        to: instantText(row.endMs),
        provider: row.provider,
        model: row.model,
        tier: row.tier,
        project: row.project,
        agent: row.agent,
        user: row.user,
        team: row.team,
        requests: row.requests,
        unpricedRequests: row.unpricedRequests,
        tokens: { input: row.input, output: row.output, cacheRead: row.cacheRead, cacheWrite: row.cacheWrite },
        costNanos: row.costNanos,
        costUsd: usdText(row.costNanos),
      })),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};
