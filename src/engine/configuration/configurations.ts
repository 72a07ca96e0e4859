/**
 * The configuration in force, for each window its own: the user's file, which this engine reads, and the window's workspace
 * files and environment, which come with its view. A file that is broken changes nothing: what was good before it stays in
 * force, and a problem says where it breaks. What concerns the ledger as a whole (prices, retention) is the user's alone.
 */
import type { Configuration } from '../../protocol/configuration';
import type { ConfigurationIssue } from '../../protocol/configurationIssue';
import type { WorkspaceLayer } from '../../protocol/layers';
import type { Problem } from '../../protocol/snapshot';
import { Emitter } from '../emitter';
import { messageOf, type Log } from '../log';
import type { View, WindowView } from '../service';
import { LastGood } from './lastGood';
import { UserFile, type FileRead } from './userFile';

interface Outcome {
  issues: readonly ConfigurationIssue[];
  broken: boolean;
}

/** What `config/` makes of texts. */
export type ResolveLayers = (layers: {
  user: string | null;
  workspaces: readonly { text: string; trusted: boolean }[];
  environment: Readonly<Record<string, string | undefined>>;
}) => {
  configuration: Configuration;
  user: Outcome | null;
  workspaces: readonly Outcome[];
  environmentIssues: readonly ConfigurationIssue[];
};

/** What one window sees. */
export interface SeenConfiguration {
  configuration: Configuration;
  /** The window's, but for the zone, which the configuration may name. */
  view: View;
  problems: readonly Problem[];
}

export interface ConfigurationOptions {
  /** Absolute; need not exist. */
  file: string;
  dataDirectory: string;
  resolve: ResolveLayers;
  log: Log;
}

const problemId = 'configuration';
const mostRemembered = 50;

export class Configurations {
  private readonly changed = new Emitter<undefined>();
  private file: UserFile;
  private lastGood: LastGood;
  private path: string;
  /** The user's text in force; `null`: none. */
  private text: string | null = null;
  /** Whether that text is without errors: where no sound one is known, what is right of a broken one counts. */
  private sound = true;
  private problem: Problem | null = null;
  /** By layers: a snapshot is taken twenty times a second, and texts seldom change. */
  private readonly seen = new Map<string, Omit<SeenConfiguration, 'view'>>();
  /** The last sound text of each workspace file that became broken while it was seen. */
  private readonly soundWorkspaces = new Map<string, WorkspaceLayer>();
  private saving: Promise<void> = Promise.resolve();

  readonly onDidChange = this.changed.event;

  constructor(private readonly options: ConfigurationOptions) {
    this.path = options.file;
    this.file = this.watchFile();
    this.lastGood = new LastGood(options.dataDirectory, this.path);
  }

  /** Reads the user's file for the first time. */
  async start(): Promise<void> {
    await this.take(await this.file.start(), true);
  }

  /** Another file is the user's from now on. */
  async setFile(path: string): Promise<void> {
    if (path === this.path) return;
    this.path = path;
    this.file.dispose();
    this.file = this.watchFile();
    this.lastGood = new LastGood(this.options.dataDirectory, path);
    this.text = null;
    await this.start();
    this.changed.fire(undefined);
  }

  /** Of the user's file in force, as `fileStamp` has it. */
  get stamp(): string {
    return this.file.stamp;
  }

  async dispose(): Promise<void> {
    this.file.dispose();
    await this.saving;
  }

  /** As the user wrote it, without any workspace. */
  own(): Configuration {
    return this.resolved([], {}).configuration;
  }

  for(seen: WindowView): SeenConfiguration {
    const { sessionStartMs, timezone, workspaces, environment } = seen;
    const { configuration, problems } = this.resolved(workspaces, environment);
    const view = { window: seen.window, sessionStartMs, timezone: configuration.timezone ?? timezone };
    return { configuration, view, problems: this.problem === null ? problems : [this.problem, ...problems] };
  }

  private watchFile(): UserFile {
    const file = new UserFile(this.path, (read) => {
      if (file !== this.file) return;
      void this.take(read, false).then((changed) => (changed ? this.changed.fire(undefined) : undefined));
    });
    return file;
  }

  /** Answers whether anything is to be told. */
  private async take(read: FileRead, first: boolean): Promise<boolean> {
    const before = { text: this.text, problem: this.problem };
    const broken = read.ok ? this.issueOf(read.text) : null;
    if (read.ok && broken === null) {
      this.text = read.text;
      this.sound = true;
      this.problem = null;
      this.save(read.text);
    } else {
      const kept = first ? await this.lastGood.text() : this.sound ? this.text : null;
      this.sound = kept !== null;
      this.text = kept ?? (read.ok ? read.text : null);
      this.problem = this.problemOf(read.ok ? broken : read.reason);
      this.options.log('warn', this.problem.message);
    }
    if (before.text !== this.text) this.seen.clear();
    return before.text !== this.text || before.problem?.message !== this.problem?.message;
  }

  /** What breaks a text first; `null`: it is sound. */
  private issueOf(text: string | null): ConfigurationIssue | null {
    if (text === null) return null;
    const { user } = this.options.resolve({ user: text, workspaces: [], environment: {} });
    return user?.broken === true ? (firstError(user.issues) ?? null) : null;
  }

  private problemOf(why: ConfigurationIssue | string | null): Problem {
    const otherwise = this.text === null ? 'The defaults are in force.' : 'Only what is right of it is in force.';
    const instead = this.sound ? 'What it said before stays in force.' : otherwise;
    const said =
      typeof why === 'string'
        ? `${this.path} can't be read: ${why}.`
        : `${placeOf(this.path, why)} ${why?.message ?? 'It is not understood'}.`;
    return { id: problemId, severity: 'error', message: `The configuration is not obeyed. ${said} ${instead}` };
  }

  private save(text: string | null): void {
    this.saving = this.saving
      .then(() => this.lastGood.keep(text))
      .catch((error: unknown) => {
        this.options.log('warn', `The configuration could not be kept for the next start: ${messageOf(error)}`);
      });
  }

  private resolved(
    workspaces: readonly WorkspaceLayer[],
    environment: WindowView['environment'],
  ): Omit<SeenConfiguration, 'view'> {
    const key = JSON.stringify([workspaces, environment]);
    let known = this.seen.get(key);
    if (known === undefined) {
      if (this.seen.size >= mostRemembered) this.seen.clear();
      known = this.resolve(workspaces, environment);
      this.seen.set(key, known);
    }
    return known;
  }

  private resolve(
    workspaces: readonly WorkspaceLayer[],
    environment: WindowView['environment'],
  ): Omit<SeenConfiguration, 'view'> {
    const { resolve } = this.options;
    const first = resolve({ user: this.text, workspaces, environment });
    const problems = first.environmentIssues
      .filter(({ severity }) => severity === 'error')
      .map(({ message }): Problem => ({ id: `${problemId}.environment`, severity: 'warning', message: `${message}.` }));
    const isSound = ({ unreadable }: WorkspaceLayer, place: number): boolean =>
      unreadable === undefined && first.workspaces[place]?.broken !== true;
    if (workspaces.every(isSound)) {
      for (const layer of workspaces) this.remember(layer);
      return { configuration: first.configuration, problems };
    }
    const sound = workspaces.flatMap((layer, place): WorkspaceLayer[] => {
      if (isSound(layer, place)) return [layer];
      const kept = this.soundWorkspaces.get(layer.id);
      const { issues = [] } = first.workspaces[place] ?? {};
      problems.push(workspaceProblem(layer, firstError(issues), kept !== undefined));
      // What is right of a broken file counts where nothing better is known: it can only tighten, or is trusted.
      return [kept === undefined ? layer : { ...kept, trusted: layer.trusted }];
    });
    return { configuration: resolve({ user: this.text, workspaces: sound, environment }).configuration, problems };
  }

  private remember(layer: WorkspaceLayer): void {
    this.soundWorkspaces.delete(layer.id);
    this.soundWorkspaces.set(layer.id, layer);
    const [oldest] = this.soundWorkspaces.keys();
    if (this.soundWorkspaces.size > mostRemembered && oldest !== undefined) this.soundWorkspaces.delete(oldest);
  }
}

function firstError(issues: readonly ConfigurationIssue[]): ConfigurationIssue | undefined {
  return issues.find(({ severity }) => severity === 'error');
}

/** As editors and terminals understand it: `config.yaml:12:3:`. */
function placeOf(file: string, issue: ConfigurationIssue | null | undefined): string {
  if (issue === null || issue === undefined) return `${file}:`;
  const { line, character } = issue.range.start;
  return `${file}:${line + 1}:${character + 1}:`;
}

function workspaceProblem(layer: WorkspaceLayer, issue: ConfigurationIssue | undefined, kept: boolean): Problem {
  const { name, unreadable } = layer;
  const otherwise = unreadable === undefined ? 'Only what is right of it is in force.' : 'It says nothing.';
  const instead = kept ? 'What it said before stays in force.' : otherwise;
  const said =
    unreadable === undefined
      ? `${placeOf(name, issue)} ${issue?.message ?? ''}.`
      : `${name} can't be read: ${unreadable}.`;
  return {
    id: `${problemId}.workspace.${layer.id}`,
    severity: 'error',
    message: `The workspace’s configuration is not obeyed. ${said} ${instead}`,
  };
}
