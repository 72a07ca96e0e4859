/**
 * The way to the extension host. Owns VS Code's API for webviews, which can be had once and is handed to nobody; parses
 * every message that arrives, and remembers what the page showed for when it is shown again.
 */
import './strictZod';
import * as z from 'zod';
import { selectionSchema, stackKeys } from '../src/protocol/dashboard/dashboard';
import { toPageSchema, type FromPage, type ToPage } from '../src/protocol/dashboard/dashboardMessages';

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

export const tabs = ['overview', 'history', 'limits', 'insights', 'activity', 'audit'] as const;
export type Tab = (typeof tabs)[number];

const memorySchema = z.object({
  selection: selectionSchema.nullable().catch(null),
  tab: z.enum(tabs).catch('overview'),
  stack: z.enum(stackKeys).catch('provider'),
});
export type Memory = z.infer<typeof memorySchema>;

const nothing: Memory = { selection: null, tab: 'overview', stack: 'provider' };

export class Host {
  readonly #api = acquireVsCodeApi();
  #memory: Memory;

  constructor(onMessage: (message: ToPage) => void) {
    const remembered = memorySchema.safeParse(this.#api.getState());
    this.#memory = remembered.success ? remembered.data : nothing;
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = toPageSchema.safeParse(data);
      if (message.success) onMessage(message.data);
      else console.error(`Agent Meter: a message was refused: ${z.prettifyError(message.error)}`);
    });
  }

  get memory(): Memory {
    return this.#memory;
  }

  remember(part: Partial<Memory>): void {
    this.#memory = { ...this.#memory, ...part };
    this.#api.setState(this.#memory);
  }

  send(message: FromPage): void {
    this.#api.postMessage(message);
  }
}
