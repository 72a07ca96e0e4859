import type { ProviderLines } from './line';

export const mistral: ProviderLines = { provider: 'mistral', cacheFallback: 'input', lines: [] };
