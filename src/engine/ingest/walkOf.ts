import { realFileSystem } from '../../sources/reading/fileSystem';
import { Walk, type WalkOptions } from '../../sources/reading/walk';
import type { Environment, LineSource } from '../../sources/source';

/** Over the logs of one source on this machine. */
export function walkOf(source: LineSource, environment: Environment, onDirectory: WalkOptions['onDirectory']): Walk {
  return new Walk({
    source,
    roots: source.roots(environment),
    fileSystem: realFileSystem,
    home: environment.variables[environment.platform === 'win32' ? 'USERPROFILE' : 'HOME'],
    onDirectory,
  });
}
