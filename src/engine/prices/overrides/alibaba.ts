/**
 * Alibaba's prices of Model Studio outside China. A prompt's length decides for the whole request; bounds are "up to and with".
 * Thinking mode has a higher output price for some older models, and no log tells of it: those have no line here.
 */
import type { ProviderLines } from './line';

const modelStudio = { source: 'https://www.alibabacloud.com/help/en/model-studio/model-pricing', seen: '2026-09-23' };
const modelsDev = { source: 'https://models.dev', seen: '2026-07-02' };

export const alibaba: ProviderLines = {
  provider: 'alibaba',
  cacheFallback: 'input',
  lines: [
    { models: ['qwen3.8-max'], in: 2, out: 6, ...modelStudio },
    { models: ['qwen3.8-flash'], in: 0.15, out: 0.47, ...modelStudio },
    { models: ['qwen3.7-max'], in: 2.5, out: 7.5, read: 0.5, write5m: 3.125, ...modelsDev },
    { models: ['qwen3.7-plus'], in: 0.4, out: 1.6, bands: [{ above: 256_000, in: 1.2, out: 4.8 }], ...modelStudio },
    {
      models: ['qwen3.6-plus'],
      ...{ in: 0.5, out: 3, read: 0.05, write5m: 0.625 },
      bands: [{ above: 256_000, in: 2, out: 6, read: 0.2, write5m: 2.5 }],
      ...modelsDev,
    },
    { models: ['qwen3.6-max-preview'], in: 1.3, out: 7.8, read: 0.13, write5m: 1.625, ...modelsDev },
    {
      models: ['qwen3-max'],
      ...{ in: 1.2, out: 6 },
      bands: [
        { above: 32_000, in: 2.4, out: 12 },
        { above: 128_000, in: 3, out: 15 },
      ],
      ...modelStudio,
    },
    { models: ['qwen-max'], in: 1.6, out: 6.4, ...modelStudio },
    { models: ['qwen-flash'], in: 0.05, out: 0.4, bands: [{ above: 256_000, in: 0.25, out: 2 }], ...modelStudio },
  ],
};
