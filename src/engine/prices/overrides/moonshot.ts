import type { ProviderLines } from './line';

export const moonshot: ProviderLines = { provider: 'moonshotai', cacheFallback: 'input', lines: [] };
