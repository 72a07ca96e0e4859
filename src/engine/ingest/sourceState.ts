/** One source in the reader's thread: where its files are, and what is told about it. */
import type { SourceProgress } from '../../protocol/reader';
import { realFileSystem } from '../../sources/reading/fileSystem';
import type { Scan, ScanProgress } from '../../sources/reading/scan';
import { Walk } from '../../sources/reading/walk';
import type { Watches } from '../../sources/reading/watches';
import type { Machine } from '../../sources/machine';
import type { Source } from '../../sources/source';

export class SourceState {
  readonly walk: Walk;
  scan: ScanProgress | null = null;

  constructor(
    readonly source: Source,
    machine: Machine,
    watches: Watches,
  ) {
    this.walk = new Walk({
      source,
      roots: source.roots(machine),
      fileSystem: realFileSystem,
      home: machine.home,
      onDirectory: (directory, top, identity) => watches.add(directory, top, identity),
    });
  }

  progress(paused: boolean, scan: Scan, watches: Watches): SourceProgress {
    const { source, walk } = this;
    const problems = [
      ...walk.problems.values(),
      ...walk.omissions,
      ...[...scan.problems]
        .filter(([, problem]) => problem.source === source.id)
        .map(([id, { message }]) => ({ id: id.replace('\u0000', ':'), message })),
    ];
    const unwatched = watches.troubleIn(() => walk.directories);
    if (unwatched !== null) {
      const message = `new usage shows up with a delay, because the system can't watch all its folders (${unwatched}).`;
      problems.push({ id: `${source.id}:watch`, message });
    }
    return {
      source: source.id,
      label: source.label,
      state: this.state(paused),
      files: walk.files.size,
      scan: this.scan,
      problems,
    };
  }

  private state(paused: boolean): SourceProgress['state'] {
    const { present, readable, problems } = this.walk;
    if (paused) return 'paused';
    if (this.scan !== null) return 'reading';
    if (present === 0) return problems.size > 0 ? 'failed' : 'absent';
    return readable === 0 ? 'failed' : 'watching';
  }
}
