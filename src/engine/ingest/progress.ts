/** How far the log readers are, and what they could not do. */
import type { SourceProgress } from '../../protocol/reader';
import { sourceProblems, statesOf, type Problems } from '../figures/problems';

export class Progress {
  sources: readonly SourceProgress[] = [];

  constructor(private readonly problems: Problems) {}

  get isImporting(): boolean {
    return this.sources.some(({ scan }) => scan !== null);
  }

  /** Answers whether a source begins or ends to be read, fails, comes or goes. */
  take(sources: readonly SourceProgress[]): boolean {
    const isNews = statesOf(sources) !== statesOf(this.sources);
    this.sources = sources;
    this.problems.replace('source:', sourceProblems(sources));
    return isNews;
  }
}
