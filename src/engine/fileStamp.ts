/** Whether a file is still the one it was, without reading it. */
import { lstatSync, statSync, type Stats } from 'node:fs';

/** Equal as long as the file is the same; `link`: of the name itself, which may be a link to the file. */
export function stampOf(link: Stats, { ino, size, mtimeMs }: Stats): string {
  return `${link.isSymbolicLink() ? 'link' : 'file'} ${ino} ${size} ${mtimeMs}`;
}

/** The error's code where the file can't be looked at. */
export function stampOfError(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

export function fileStamp(path: string): string {
  try {
    return stampOf(lstatSync(path), statSync(path));
  } catch (error) {
    return stampOfError(error);
  }
}
