/** `npm run torture -- --rounds 1000 --seed N --minutes M`: builds the product as it ships and runs the torture on a copy. */
import path from 'node:path';
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { buildFolder, buildProduct, bundleProgram, runOrExit } from '../support/program.mjs';

await ensureInstalled();
await buildProduct();
const { prepare } = await import('./prepare.mjs');
const folder = buildFolder('torture');
const product = await prepare(path.join(folder, 'product'));
const program = await bundleProgram('torture', folder);
await runOrExit(process.execPath, program, '--product', product, ...process.argv.slice(2));
