/** `npm run bench`: builds the product as it ships, bundles the benchmark, runs it. */
import { ensureInstalled } from '../support/ensureInstalled.mjs';
import { ensureVsCode } from '../support/ensureVsCode.mjs';
import { repositoryRoot } from '../support/paths.mjs';
import { buildFolder, buildProduct, bundleProgram, runOrExit } from '../support/program.mjs';

await ensureInstalled();
await buildProduct();
const program = await bundleProgram('bench', buildFolder('bench'));
// On the Node of the VS Code that the tests run in: what the engine runs on at its users' is of that age.
const { node: runtime } = await ensureVsCode();
await runOrExit(runtime, program, repositoryRoot, ...process.argv.slice(2));
