import type { ProviderLines } from './line';

export const google: ProviderLines = { provider: 'google', cacheFallback: 'input', lines: [] };
