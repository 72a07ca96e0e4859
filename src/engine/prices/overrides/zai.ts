import type { ProviderLines } from './line';

export const zai: ProviderLines = { provider: 'zai', cacheFallback: 'input', lines: [] };
