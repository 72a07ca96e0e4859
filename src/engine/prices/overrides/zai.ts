/** Z.ai's prices, those outside China. Flash without X costs nothing. */
import type { ProviderLines } from './line';

const source = 'https://docs.z.ai/guides/overview/pricing';
const august = { source, seen: '2026-08-20' };
const july = { source, seen: '2026-07-02' };
const flagship = { in: 1.4, out: 4.4, read: 0.26 };
const glm4 = { in: 0.6, out: 2.2, read: 0.11 };
const free = { in: 0, out: 0, read: 0 };

export const zai: ProviderLines = {
  provider: 'zai',
  cacheFallback: 'input',
  lines: [
    { models: ['glm-5.3'], ...flagship, ...august },
    { models: ['glm-5.2'], ...flagship, ...august },
    { models: ['glm-5.1'], ...flagship, ...august },
    { models: ['glm-5'], in: 1, out: 3.2, read: 0.2, ...july },
    { models: ['glm-5-turbo'], in: 1.2, out: 4, read: 0.24, ...july },
    { models: ['glm-5v-turbo'], in: 1.2, out: 4, read: 0.24, ...july },
    { models: ['glm-4.7'], ...glm4, ...july },
    { models: ['glm-4.7-flashx'], in: 0.07, out: 0.4, read: 0.01, ...july },
    { models: ['glm-4.7-flash'], ...free, ...july },
    { models: ['glm-4.6'], ...glm4, ...july },
    { models: ['glm-4.6v'], in: 0.3, out: 0.9, ...july },
    { models: ['glm-4.5'], ...glm4, ...july },
    { models: ['glm-4.5-air'], in: 0.2, out: 1.1, read: 0.03, ...july },
    { models: ['glm-4.5v'], in: 0.6, out: 1.8, ...july },
    { models: ['glm-4.5-flash'], ...free, ...july },
  ],
};
