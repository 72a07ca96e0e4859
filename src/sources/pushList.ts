/** Every agent that sends its usage. Apart from list.ts, whose readers the engine's own thread does not load. */
import type { PushSource } from './source';

export const pushSources: readonly PushSource[] = [];
