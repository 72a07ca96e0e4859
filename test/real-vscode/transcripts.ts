/** Transcripts of a coding agent with a cost that is known beforehand, and the day in which they lie. */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { assistantLine } from '../support/claudeTree.ts';

interface Price {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What these models cost, in nano-dollars a token, from Anthropic's price page; not what the extension believes. */
const prices: Partial<Record<string, Price>> = {
  'claude-opus-4-6': { input: 5000, output: 25_000, cacheRead: 500, cacheWrite: 6250 },
  'claude-sonnet-4-5-20250929': { input: 3000, output: 15_000, cacheRead: 300, cacheWrite: 3750 },
  'claude-haiku-4-5-20251001': { input: 1000, output: 5000, cacheRead: 100, cacheWrite: 1250 },
};

/** A model that no price list knows: in the tokens and calls, but not in the costs. */
export const unknownModel = 'wombat-9';

export interface Call {
  model: string;
  /** Milliseconds before now. */
  agoMs?: number;
  project?: string;
  input?: number;
  output?: number;
  cacheRead?: number;
  cacheWrite?: number;
}

interface Written {
  atMs: number;
  nanos: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A zone in which it is about noon, so that no test sees a midnight. */
export function noonZone(nowMs = Date.now()): { name: string; offsetMs: number } {
  const hours = 12 - new Date(nowMs).getUTCHours();
  // POSIX signs: Etc/GMT-3 is three hours ahead.
  return {
    name: hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`,
    offsetMs: hours * hourMs,
  };
}

export class Transcripts {
  /** Claude Code's own directory. */
  readonly #directory: string;
  readonly #offsetMs: number;
  readonly #written: Written[] = [];
  static #lines = 0;

  public constructor(directory: string, offsetMs = noonZone().offsetMs) {
    this.#directory = directory;
    this.#offsetMs = offsetMs;
  }

  /** Appends the line of a call as the agent does, and counts it. */
  public append({
    model,
    agoMs = 0,
    project = 'shop',
    input = 0,
    output = 0,
    cacheRead = 0,
    cacheWrite = 0,
  }: Call): void {
    const atMs = Date.now() - agoMs;
    const name = `${process.pid}_${Transcripts.#lines++}`;
    const usage = {
      input_tokens: input,
      output_tokens: output,
      cache_read_input_tokens: cacheRead,
      cache_creation_input_tokens: cacheWrite,
    };
    const cwd = `/home/ana/${project}`;
    const line = { requestId: `req_${name}`, uuid: `uuid_${name}`, cwd, timestamp: new Date(atMs).toISOString() };
    this.appendText(assistantLine({ id: `msg_${name}`, model, usage, line }), project);
    const price = prices[model] ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    const nanos =
      input * price.input + output * price.output + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite;
    this.#written.push({ atMs, nanos });
  }

  /** Appends a line of any content. */
  public appendText(line: string | Buffer, project = 'shop'): void {
    const folder = path.join(this.#directory, 'projects', `-home-ana-${project}`);
    mkdirSync(folder, { recursive: true });
    appendFileSync(
      path.join(folder, '0d5c2a1e-7a43-4c0e-9f1b-2f6c6a0f1d11.jsonl'),
      Buffer.concat([Buffer.from(line), Buffer.from('\n')]),
    );
  }

  public get todayUsd(): number {
    const today = this.#day(Date.now());
    return this.#sum((atMs) => this.#day(atMs) === today);
  }

  public get monthUsd(): number {
    const month = this.#month(Date.now());
    return this.#sum((atMs) => this.#month(atMs) === month);
  }

  #sum(wanted: (atMs: number) => boolean): number {
    return this.#written.filter(({ atMs }) => wanted(atMs)).reduce((sum, { nanos }) => sum + nanos, 0) / 1e9;
  }

  #day(atMs: number): number {
    return Math.floor((atMs + this.#offsetMs) / dayMs);
  }

  #month(atMs: number): string {
    return new Date(atMs + this.#offsetMs).toISOString().slice(0, 7);
  }
}
