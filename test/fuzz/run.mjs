/** `npm run fuzz -- --files 100000 --seed N` */
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { buildFolder, bundleProgram, runOrExit } from '../support/program.mjs';

await ensureInstalled();
const program = await bundleProgram('fuzz', buildFolder('fuzz'));
await runOrExit(process.execPath, program, ...process.argv.slice(2));
