import type { ProviderLines } from './line';

export const alibaba: ProviderLines = { provider: 'alibaba', cacheFallback: 'input', lines: [] };
