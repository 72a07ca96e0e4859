/**
 * Claude Code transcripts that grow, fork, vanish and are rewritten. A call counts as soon as its line stands complete in a
 * file, and for ever; nothing vanishes before the ledger is known to have read it (`settled`).
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assistant, user } from '../support/claudeLines';
import type { Calls } from './calls';
import type { Random } from './random';
import { keyOf, type Call, type Truth } from './truth';

interface Line {
  text: string;
  call: Call | null;
}

interface Transcript {
  path: string;
  session: string;
  project: string;
  lines: Line[];
  /** What is still to come of a line written by half. */
  rest: { text: string; call: Call | null } | null;
  /** Whether the ledger has all of it. */
  settled: boolean;
}

export const logActions = ['append', 'half', 'fork', 'vanish', 'rewrite'] as const;
export type LogAction = (typeof logActions)[number];

export class Logs {
  private files: Transcript[] = [];
  private sessions = 0;

  constructor(
    private readonly directory: string,
    private readonly random: Random,
    private readonly calls: Calls,
    private readonly truth: Truth,
  ) {}

  do(action: LogAction): void {
    switch (action) {
      case 'append':
        this.append(this.some(), this.random.between(1, 6));
        break;
      case 'half':
        this.half(this.some());
        break;
      case 'fork':
        this.fork();
        break;
      case 'vanish':
        this.vanish();
        break;
      case 'rewrite':
        this.rewrite();
        break;
    }
  }

  /** Everything written so far has been read. */
  settle(): void {
    for (const file of this.files) file.settled = true;
  }

  /** Keys of the calls that a new reader of the logs would find. */
  readable(): Set<string> {
    return new Set(
      this.files.flatMap(({ lines }) => lines.flatMap(({ call }) => (call === null ? [] : [keyOf(call)]))),
    );
  }

  private some(): Transcript {
    return this.files.length === 0 || this.random.chance(0.2) ? this.create() : this.random.pick(this.files);
  }

  private create(project = `p${this.random.below(5)}`): Transcript {
    const number = (++this.sessions).toString(16).padStart(12, '0');
    const session = `${(this.random.seed >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-${number}`;
    const folder = path.join(this.directory, 'projects', `-home-ana-${project}`);
    mkdirSync(folder, { recursive: true });
    const file: Transcript = {
      path: path.join(folder, `${session}.jsonl`),
      session,
      project,
      lines: [],
      rest: null,
      settled: false,
    };
    this.files.push(file);
    return file;
  }

  private append(file: Transcript, responses: number): void {
    const lines: Line[] = [];
    for (let response = 0; response < responses; response++) lines.push(...this.response(file));
    let text = lines.map((line) => `${line.text}\n`).join('');
    if (file.rest !== null) {
      text = `${file.rest.text}\n${text}`;
      this.count(file.rest.call);
    }
    appendFileSync(file.path, text);
    file.rest = null;
    file.settled = false;
    file.lines.push(...lines);
    for (const { call } of lines) this.count(call);
  }

  /** The first bytes of a line now, the others with the next append; a call counts when its line is complete. */
  private half(file: Transcript): void {
    this.append(file, 1);
    const line = this.response(file).at(-1);
    if (line === undefined) return;
    const cut = this.random.between(1, line.text.length - 1);
    appendFileSync(file.path, line.text.slice(0, cut));
    file.rest = { text: line.text.slice(cut), call: line.call };
    file.lines.push(line);
  }

  private fork(): void {
    const from = this.some();
    if (from.rest !== null || from.lines.length === 0) this.append(from, 1);
    const fork = this.create(from.project);
    for (const { text, call } of from.lines) {
      const copy = {
        ...(JSON.parse(text) as object),
        sessionId: fork.session,
        forkedFrom: { sessionId: from.session },
      };
      fork.lines.push({ text: JSON.stringify(copy), call });
    }
    writeFileSync(fork.path, fork.lines.map(({ text }) => `${text}\n`).join(''));
    this.append(fork, this.random.between(1, 3));
  }

  private vanish(): void {
    const gone = this.files.find(({ settled }) => settled);
    if (gone === undefined) {
      this.do('append');
      return;
    }
    rmSync(gone.path);
    this.files = this.files.filter((file) => file !== gone);
  }

  /** Without some of its lines, as after a compaction; then it grows again. */
  private rewrite(): void {
    const file = this.files.find(({ settled, rest }) => settled && rest === null);
    if (file === undefined) {
      this.do('append');
      return;
    }
    file.lines = file.lines.slice(this.random.between(1, 4));
    const text = file.lines.map((line) => `${line.text}\n`).join('');
    if (this.random.chance(0.5) && existsSync(file.path)) writeFileSync(file.path, text);
    else {
      writeFileSync(`${file.path}.tmp`, text);
      renameSync(`${file.path}.tmp`, file.path);
    }
    file.settled = false;
    this.append(file, this.random.between(1, 3));
  }

  /** A prompt, and one to three lines of an answer of which all but the last may be placeholders. */
  private response(file: Transcript): Line[] {
    const { session, project, path: place } = file;
    const call = this.calls.make('claude-code', project);
    const cwd = `/home/ana/${project}`;
    const timestamp = new Date(call.atMs).toISOString();
    const prompt = user('text '.repeat(this.random.below(60)), { cwd, sessionId: session, timestamp });
    const lines: Line[] = [{ text: JSON.stringify(prompt), call: null }];
    const blocks = this.random.between(1, 3);
    for (let block = 1; block <= blocks; block++) {
      const copy = block === blocks ? call : this.calls.placeholder(call);
      const usage = {
        input_tokens: copy.input,
        output_tokens: copy.output,
        cache_creation_input_tokens: copy.cacheWrite,
        cache_read_input_tokens: copy.cacheRead,
      };
      const line = {
        cwd,
        sessionId: session,
        timestamp,
        requestId: call.request,
        uuid: `${path.basename(place)}-${block}`,
      };
      lines.push({ text: JSON.stringify(assistant({ id: call.id, model: call.model, usage, line })), call: copy });
    }
    return lines;
  }

  private count(call: Call | null): void {
    if (call !== null) this.truth.take(call);
  }
}
