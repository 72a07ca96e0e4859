/** How far the sources are read, which of them send, and what they could not do. */
import type { SourceProgress } from '../../protocol/reader';
import type { SourceSwitches } from '../../protocol/vocabulary';
import { pushSources } from '../../sources/pushList';
import { sourceProblems, statesOf, type Problems } from '../figures/problems';

export class Progress {
  private read: readonly SourceProgress[] = [];

  constructor(
    private readonly problems: Problems,
    private readonly switches: () => SourceSwitches,
  ) {}

  /** Those that are read, once their reader has said something; then those that send. */
  get sources(): readonly SourceProgress[] {
    if (this.read.length === 0) return [];
    const pushed = pushSources.map(({ id, label }): SourceProgress => {
      const state = this.switches()[id] === false ? 'disabled' : 'watching';
      return { source: id, label, state, isPushed: true, files: 0, scan: null, problems: [] };
    });
    return [...this.read, ...pushed];
  }

  get isImporting(): boolean {
    return this.read.some(({ scan }) => scan !== null);
  }

  /** Answers whether a source begins or ends to be read, fails, comes or goes. */
  take(read: readonly SourceProgress[]): boolean {
    const isNews = statesOf(read) !== statesOf(this.read);
    this.read = read;
    this.problems.replace('source:', sourceProblems(read));
    return isNews;
  }
}
