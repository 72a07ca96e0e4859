/** Vitest global setup: what every real VS Code test needs is there before the first one counts its seconds. */
import { ensureBrowser } from './ensureBrowser.mjs';
import { ensureVsCode } from './ensureVsCode.mjs';

export async function setup(): Promise<void> {
  await ensureBrowser();
  await ensureVsCode();
}
