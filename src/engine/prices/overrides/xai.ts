import type { ProviderLines } from './line';

export const xai: ProviderLines = { provider: 'x-ai', cacheFallback: 'input', lines: [] };
