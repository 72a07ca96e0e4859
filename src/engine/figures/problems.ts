/** What the user should know now. A problem stays until whoever raised it clears it. */
import type { SourceProgress } from '../../protocol/reader';
import type { Problem } from '../../protocol/snapshot';
import { Emitter } from '../support/emitter';
import { bugIn, type Log } from '../support/log';

export class Problems {
  private readonly byId = new Map<string, Problem>();
  private readonly changed: Emitter<undefined>;
  readonly onDidChange: Emitter<undefined>['event'];

  constructor(log: Log) {
    this.changed = new Emitter(bugIn('a change of the problems', log));
    this.onDidChange = this.changed.event;
  }

  get all(): Problem[] {
    return [...this.byId.values()];
  }

  raise(problem: Problem): void {
    const known = this.byId.get(problem.id);
    if (known?.message === problem.message && known.severity === problem.severity) return;
    this.byId.set(problem.id, problem);
    this.changed.fire(undefined);
  }

  clear(id: string): void {
    if (this.byId.delete(id)) this.changed.fire(undefined);
  }

  /** Makes the problems whose id begins with `prefix` exactly these. */
  replace(prefix: string, problems: readonly Problem[]): void {
    const ids = new Set(problems.map(({ id }) => id));
    for (const id of [...this.byId.keys()]) if (id.startsWith(prefix) && !ids.has(id)) this.clear(id);
    for (const problem of problems) this.raise(problem);
  }
}

/** What the log readers could not do. */
export function sourceProblems(progress: readonly SourceProgress[]): Problem[] {
  return progress.flatMap(({ label, problems }) =>
    problems.map(({ id, message }) => ({ id: `source:${id}`, severity: 'warning', message: `${label}: ${message}` })),
  );
}

/** Changes when a source begins or ends to be read, fails, comes or goes. */
export function statesOf(progress: readonly SourceProgress[]): string {
  return progress.map(({ source, state }) => `${source} ${state}`).join();
}
