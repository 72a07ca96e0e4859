/**
 * The last text of the user's configuration that was sound, kept beside the ledger: a file that is broken when nobody runs
 * must not lift the limits that it set. It is of one file; another one's is not taken for it.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export class LastGood {
  private readonly file: string;

  constructor(
    dataDirectory: string,
    private readonly path: string,
  ) {
    this.file = join(dataDirectory, 'last-good-configuration.json');
  }

  /** `null`: there never was one, or not of this file. */
  async text(): Promise<string | null> {
    try {
      const { path, text } = JSON.parse(await readFile(this.file, 'utf8')) as Record<string, unknown>;
      return path === this.path && typeof text === 'string' ? text : null;
    } catch {
      return null;
    }
  }

  /** `null`: the file was taken away, and its limits with it. */
  async keep(text: string | null): Promise<void> {
    if ((await this.text()) === text) return;
    if (text === null) {
      await rm(this.file, { force: true });
      return;
    }
    const temporary = `${this.file}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify({ path: this.path, text }), { mode: 0o600, flush: true });
    await rename(temporary, this.file);
  }
}
