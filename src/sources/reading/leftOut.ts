/** What a walk leaves out, told by root: how many links, and never where they stand or lead to. */
import { isInside } from './linkedFolders';

export class LeftOut {
  /** Path of what was left out → real path of its root. */
  private readonly links = new Map<string, string>();
  private readonly roots = new Set<string>();
  private readonly full = new Set<string>();

  clear(): void {
    this.links.clear();
    this.roots.clear();
    this.full.clear();
  }

  addLink(link: string, base: string): void {
    this.links.set(link, base);
  }

  addRoot(directory: string): void {
    this.roots.add(directory);
  }

  addBeyond(base: string): void {
    this.full.add(base);
  }

  /** Something happened to this path, and it is looked at again. */
  forget(path: string): void {
    for (const link of this.links.keys()) if (isInside(path, link)) this.links.delete(link);
  }

  /** A directory, and in words for the user what of it is left out. `most`: folders of a walk. */
  told(most: number, shown: (directory: string) => string): { directory: string; message: string }[] {
    const counts = new Map<string, number>();
    for (const base of this.links.values()) counts.set(base, (counts.get(base) ?? 0) + 1);
    return [
      ...[...this.roots].map((directory) => ({
        directory,
        message: `${shown(directory)} leads to far more folders than logs can be in, and is not read.`,
      })),
      ...[...counts].map(([directory, count]) => ({
        directory,
        message:
          count === 1
            ? `a link in ${shown(directory)} leads to far more folders than logs can be in, and is not followed.`
            : `${count} links in ${shown(directory)} lead to far more folders than logs can be in, and are not followed.`,
      })),
      ...[...this.full].map((directory) => ({
        directory,
        message: `${shown(directory)} has so many folders that some are not read: at most ${most} are.`,
      })),
    ];
  }
}
