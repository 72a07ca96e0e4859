/**
 * The configuration in force, for each window its own: the user's file, which this engine reads, and the window's workspace
 * files and environment, which come with its view. A file that is broken changes nothing: what was good before it stays in
 * force, and a problem says where it breaks. What concerns the ledger as a whole (prices, retention) is the user's alone.
 */
import type { Configuration } from '../../protocol/configuration';
import type { ConfigurationIssue } from '../../protocol/configurationIssue';
import type { WorkspaceLayer } from '../../protocol/layers';
import type { Problem } from '../../protocol/snapshot';
import { Emitter } from '../support/emitter';
import { bugIn, messageOf, type Log } from '../support/log';
import type { Service } from '../support/service';
import type { View, Caller } from '../support/view';
import { LastGood } from './lastGood';
import { UserFile, type FileRead } from './userFile';
import { keyOf, withinBounds } from './workspaceTexts';

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
  /** Whether the user named it: then it is missed when it is not there. */
  chosen: boolean;
  dataDirectory: string;
  resolve: ResolveLayers;
  /** Makes ready what `resolve` asks for: nothing is parsed twice. */
  parse: (text: string) => void;
  log: Log;
}

const noWorkspaces: readonly WorkspaceLayer[] = [];
const noVariables: Caller['environment'] = {};

const problemId = 'configuration';
const mostRemembered = 50;
/** So much is parsed at once; of more each file has a turn of its own, so that no call waits for all of them. */
const quicklyParsed = 8_192;

export class Configurations implements Service {
  private readonly changed: Emitter<undefined>;
  private file: UserFile;
  private lastGood: LastGood;
  private path: string;
  private chosen: boolean;
  /** The user's text in force; `null`: none. */
  private text: string | null = null;
  /** Whether that text is without errors: where no sound one is known, what is right of a broken one counts. */
  private sound = true;
  private problem: Problem | null = null;
  /** Of which something was taken last. */
  private taken: UserFile | null = null;
  /** By layers: a snapshot is taken twenty times a second, and texts seldom change. */
  private readonly seen = new Map<string, Omit<SeenConfiguration, 'view'>>();
  /** The last sound text of each workspace file that became broken while it was seen. */
  private readonly soundWorkspaces = new Map<string, WorkspaceLayer>();
  /** Windows whose long texts are being parsed, or have been. */
  private readonly parsing = new WeakMap<readonly WorkspaceLayer[], Promise<void> | null>();
  private saving: Promise<void> = Promise.resolve();
  private reading: Promise<void> = Promise.resolve();

  readonly onDidChange: Emitter<undefined>['event'];

  constructor(private readonly options: ConfigurationOptions) {
    this.changed = new Emitter(bugIn('a change of the configuration', options.log));
    this.onDidChange = this.changed.event;
    this.path = options.file;
    this.chosen = options.chosen;
    this.file = this.watchFile();
    this.lastGood = new LastGood(options.dataDirectory, this.path);
  }

  /** Reads the user's file for the first time. */
  async start(): Promise<void> {
    this.reading = this.readFirst();
    await this.isRead();
  }

  /** Another file is the user's from now on. What the one before said holds until it is read. `chosen`: by the user. */
  async setFile(path: string, chosen: boolean): Promise<void> {
    if (path === this.path && chosen === this.chosen) return;
    this.path = path;
    this.chosen = chosen;
    this.file.dispose();
    this.file = this.watchFile();
    this.lastGood = new LastGood(this.options.dataDirectory, path);
    this.reading = this.readFirst();
    await this.isRead();
    this.changed.fire(undefined);
  }

  async stop(): Promise<void> {
    this.file.dispose();
    await this.saving;
  }

  /** As the user wrote it, without any workspace. */
  own(): Configuration {
    return this.resolved(noWorkspaces, noVariables).configuration;
  }

  for(seen: Caller): SeenConfiguration {
    const { sessionStartMs, timezone, workspaces, environment } = seen;
    const { configuration, problems } = this.resolved(withinBounds(workspaces), environment);
    const view = { window: seen.window, sessionStartMs, timezone: configuration.timezone ?? timezone };
    return { configuration, view, problems: this.problem === null ? problems : [this.problem, ...problems] };
  }

  /** Fulfilled when `for` need not parse much any more; `null`: it need not. Never rejects. */
  ready({ workspaces }: Pick<Caller, 'workspaces'>): Promise<void> | null {
    const known = this.parsing.get(workspaces);
    if (known !== undefined) return known;
    const texts = withinBounds(workspaces).map(({ text }) => text);
    const isLittle = texts.reduce((sum, { length }) => sum + length, 0) <= quicklyParsed;
    const parsing = isLittle ? null : this.parseAhead(texts).then(() => void this.parsing.set(workspaces, null));
    this.parsing.set(workspaces, parsing);
    return parsing;
  }

  private async parseAhead(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      await new Promise((resolve) => setImmediate(resolve));
      try {
        this.options.parse(text);
      } catch (error) {
        bugIn('a workspace’s configuration', this.options.log)(error);
      }
    }
  }

  private watchFile(): UserFile {
    const file = new UserFile(this.path, (read) => {
      if (file !== this.file) return;
      try {
        if (this.take(file, read, null)) this.changed.fire(undefined);
      } catch (error) {
        bugIn('the configuration', this.options.log)(error);
      }
    });
    return file;
  }

  private async readFirst(): Promise<void> {
    const { file, lastGood } = this;
    const [read, earlier] = [await file.start(), await lastGood.text()];
    if (file === this.file) this.take(file, read, earlier);
  }

  /** Until no other file has been chosen meanwhile. */
  private async isRead(): Promise<void> {
    for (let reading: Promise<void> | null = null; reading !== this.reading;) {
      reading = this.reading;
      await reading;
    }
  }

  /** Answers whether anything is to be told. `earlier`: what an earlier start knew of this file. */
  private take(file: UserFile, read: FileRead, earlier: string | null): boolean {
    const before = { text: this.text, problem: this.problem };
    const broken = read.ok ? this.issueOf(read.text) : null;
    if (read.ok && broken === null) {
      this.text = read.text;
      this.sound = true;
      this.problem = read.text === null && this.chosen ? this.missing() : null;
      this.save(read.text);
    } else {
      const isFirst = this.taken !== file;
      const kept = isFirst ? earlier : this.sound ? this.text : null;
      this.sound = kept !== null;
      this.text = kept ?? (read.ok ? read.text : null);
      this.problem = this.problemOf(read.ok ? broken : read.reason);
    }
    this.taken = file;
    if (this.problem !== null) this.options.log('warn', this.problem.message);
    if (before.text !== this.text) this.seen.clear();
    return before.text !== this.text || before.problem?.message !== this.problem?.message;
  }

  private missing(): Problem {
    const message = `The configuration file ${this.path}, which the setting agentMeter.configFile names, is not there. The defaults are in force until it is.`;
    return { id: `${problemId}.missing`, severity: 'error', message };
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
    const { lastGood } = this;
    this.saving = this.saving
      .then(() => lastGood.keep(text))
      .catch((error: unknown) => {
        this.options.log('warn', `The configuration could not be kept for the next start: ${messageOf(error)}`);
      });
  }

  private resolved(
    workspaces: readonly WorkspaceLayer[],
    environment: Caller['environment'],
  ): Omit<SeenConfiguration, 'view'> {
    const key = keyOf(workspaces, environment);
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
    environment: Caller['environment'],
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
