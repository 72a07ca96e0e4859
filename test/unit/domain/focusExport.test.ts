import { expect, it } from 'vitest';
import type { ExportRow } from '../../../src/domain/export/exportRow';
import { focusExport } from '../../../src/domain/export/focusExport';
import { readCsv } from '../export/readCsv';

const bare: ExportRow = {
  date: '2026-12-31',
  startMs: Date.parse('2026-12-31T00:00:00Z'),
  endMs: Date.parse('2027-01-01T00:00:00Z'),
  provider: null,
  model: null,
  tier: null,
  project: null,
  agent: null,
  user: null,
  team: null,
  requests: 2,
  unpricedRequests: 2,
  input: 1,
  output: 2,
  cacheRead: 3,
  cacheWrite: 4,
  costNanos: 0,
};

function write(row: ExportRow): Record<string, string> {
  const text = focusExport.write({ rows: [row], startMs: 0, endMs: 1, timezone: 'UTC', filter: {}, nowMs: 0 });
  return readCsv(text).rows[0] ?? {};
}

it('F6 names the unknown where FOCUS allows no gap, and leaves empty what it allows', () => {
  expect(write(bare)).toMatchObject({
    ProviderName: 'Unknown',
    PublisherName: 'Unknown',
    SkuId: 'Unknown',
    ChargeDescription: 'Unknown, 2 requests',
    ResourceId: '',
    ResourceType: '',
    Tags: '',
    BilledCost: '0',
    ConsumedQuantity: '10',
    BillingPeriodStart: '2026-12-01T00:00:00Z',
    BillingPeriodEnd: '2027-01-01T00:00:00Z',
  });
  expect(write({ ...bare, provider: 'acme', model: 'acme-1', project: 'shop', team: 'core' })).toMatchObject({
    ProviderName: 'acme',
    SkuId: 'acme-1',
    ResourceType: 'Project',
    Tags: '{"project":"shop","team":"core"}',
  });
});
