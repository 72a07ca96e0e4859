/** What a check is given and what it answers. */
import type { Finding, Path } from '../issue';
import type { Located } from '../read/located';
import type { FileEntries } from '../schema/file';

export interface CheckedFile {
  text: string;
  root: Located | null;
  entries: FileEntries;
  /** From a path in `entries` to the path in the file. */
  filePath: (path: Path) => Path;
}

/** Paths of what a check answers are those of the file. */
export type FileCheck = (file: CheckedFile) => Finding[];

export function finding(
  severity: Finding['severity'],
  code: Finding['code'],
  message: string,
  path: Path,
  more: Partial<Pick<Finding, 'spot' | 'replacement'>> = {},
): Finding {
  return { severity, code, message, path, spot: 'value', ...more };
}
