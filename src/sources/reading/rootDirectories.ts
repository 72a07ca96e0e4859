import type { FileSystem } from './fileSystem';

/** A root with `*` in a component → the directories that there are. */
export function rootDirectories(directory: string, fileSystem: FileSystem): string[] {
  const star = directory.split(/[\\/]/).find((part) => part.includes('*'));
  if (star === undefined) return [directory];
  const at = directory.indexOf(star);
  const parent = directory.slice(0, at);
  const rest = directory.slice(at + star.length);
  const [prefix = '', suffix = ''] = star.split('*');
  try {
    return fileSystem
      .list(parent)
      .filter(({ name }) => name.startsWith(prefix) && name.endsWith(suffix))
      .map(({ name }) => `${parent}${name}${rest}`);
  } catch {
    return [];
  }
}
