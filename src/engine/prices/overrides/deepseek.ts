import type { ProviderLines } from './line';

export const deepseek: ProviderLines = { provider: 'deepseek', cacheFallback: 'input', lines: [] };
