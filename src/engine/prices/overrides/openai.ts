import type { ProviderLines } from './line';

export const openai: ProviderLines = { provider: 'openai', cacheFallback: 'input', lines: [] };
