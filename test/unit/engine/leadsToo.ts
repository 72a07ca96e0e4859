/** Run by plainProcess.test.ts: leads where nobody does. */
import { ReaderThreads } from '../../../src/engine/ingest/readerThreads';
import { Lead } from '../../../src/engine/lead';
import { Rates } from '../../../src/engine/prices/rates';
import { birth, log, now, takePart } from './plainProcess';

const { dataDirectory, wasmPath, readerPath } = birth;
takePart(
  (claimed) =>
    new Lead({
      ...claimed,
      dataDirectory,
      wasmPath,
      readers: new ReaderThreads(readerPath, {
        environment: {},
        platform: process.platform,
        switches: { 'claude-code': false },
        wasmPath,
      }),
      rates: new Rates(),
      settings: () => ({
        timezone: 'UTC',
        sources: { 'claude-code': false },
        configFile: '/none/config.yaml',
        prices: { update: 'off', url: '' },
        workspaces: [],
      }),
      zone: () => 'UTC',
      now,
      log,
    }),
);
