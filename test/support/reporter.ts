/** Talks to the reporter extension: the coding agent of the tests, one in each window. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from './processes.mjs';
import { until } from './until.ts';

interface ReporterFile {
  port: number;
  pid: number;
  folder: string | null;
}

/** One window's reporter. `pid` is the extension host's process id. */
export class Reporter {
  public readonly pid: number;
  readonly #port: number;

  public constructor(file: ReporterFile) {
    this.pid = file.pid;
    this.#port = file.port;
  }

  /** `vscode.commands.executeCommand(command, argument)` in that window; throws what the command throws. */
  public async command(command: string, argument?: unknown): Promise<unknown> {
    return await this.post({ command, argument });
  }

  /** Calls what Agent Meter (or another extension) exports, for example `export('v1.report', {…})`. */
  public async export(dottedPath: string, argument?: unknown, extension?: string): Promise<unknown> {
    return await this.post({ export: dottedPath, argument, extension });
  }

  /** The shape of the exported object: its properties with the types of the leaves. */
  public async exported(extension?: string): Promise<unknown> {
    return await this.post({ export: true, extension });
  }

  /** Writes a user setting as the settings editor would. */
  public async setSetting(setting: string, value: unknown): Promise<void> {
    await this.post({ setting, value, remove: value === undefined });
  }

  /** The text of the active editor, undefined without one. */
  public async activeText(): Promise<string | undefined> {
    return (await this.post({ text: true })) as string | undefined;
  }

  /** The paths of the window's folders. */
  public async folders(): Promise<string[]> {
    return (await this.post({ folders: true })) as string[];
  }

  /** What a POST answers: see the reporter extension for what it can be asked. */
  public async post(request: object): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/`, { method: 'POST', body: JSON.stringify(request) });
    const reply = (await response.json()) as { value?: unknown; error?: string };
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.value;
  }
}

/** The reporters of the windows that are open now. */
export function openReporters(reportersFolder: string): ReporterFile[] {
  if (!existsSync(reportersFolder)) return [];
  return readdirSync(reportersFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(reportersFolder, name), 'utf8')) as ReporterFile)
    .filter(({ pid }) => isAlive(pid));
}

/** The reporter in the extension host `pid`, as soon as it listens. */
export async function reporterOf(reportersFolder: string, pid: number): Promise<Reporter> {
  return await until(`the reporter of extension host ${pid}`, () => {
    const file = openReporters(reportersFolder).find((each) => each.pid === pid);
    return file === undefined ? undefined : new Reporter(file);
  });
}
