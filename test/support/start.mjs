/**
 * `npm start`: builds the extension and opens a VS Code that runs it, on this machine's own agent logs.
 * `npm start -- --sample`: on generated ones, with everything in a throw-away folder.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installExtension, quietSettings, settingsFile, startCodeServer, writeSettings } from './codeServer.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';
import { ensureVsCode } from './ensureVsCode.mjs';
import { isolatedEnvironment } from './isolation.mjs';
import { packageExtension } from './package.mjs';
import { downloadsFolder, repositoryRoot } from './paths.mjs';
import { run } from './processes.mjs';
import { writeSampleLogs } from './sampleLogs.mjs';
import { findProgram } from './systemPackages.mjs';

const usualPort = 8390;
const help = `npm start [-- options]
  --sample     use generated agent logs instead of this machine's own
  --port N     serve VS Code on this port of 127.0.0.1 (default: ${usualPort}, or any free one)
  --no-open    do not open a browser; do not use the desktop VS Code either
  --help       show this`;

/**
 * @typedef {object} Place what VS Code runs in
 * @property {string} profileFolder
 * @property {Record<string, string>} env
 * @property {string} folder the workspace to open
 * @property {boolean} ownRun
 * @property {() => void} cleanUp
 */

async function main() {
  const { values } = parseArgs({
    options: {
      sample: { type: 'boolean', default: false },
      port: { type: 'string' },
      open: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const port = parsePort(values.port);
  await ensureInstalled();
  const vsix = await packageExtension();
  const desktop = values.open && !values.sample && port === undefined ? desktopVsCode() : undefined;
  if (desktop !== undefined) await openDesktop(desktop);
  else await serve(values.sample ? samplePlace() : ownPlace(), { vsix, port, open: values.open });
}

/** @param {string | undefined} text */
function parsePort(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${text} is no port number.`);
  return port;
}

/** The `code` command, where it can open a window. */
function desktopVsCode() {
  return hasDesktop() ? findProgram('code') : undefined;
}

function hasDesktop() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** @param {string} program */
async function openDesktop(program) {
  console.log(`Opening a window of ${program} with Agent Meter in it …`);
  const args = ['--new-window', `--extensionDevelopmentPath=${repositoryRoot}`];
  const code = await run(program, args, { shell: process.platform === 'win32' });
  if (code !== 0) throw new Error(`${program} ended with ${code}. Without it: npm start -- --no-open`);
}

/**
 * This machine's own logs and ledger, but a VS Code profile of its own.
 * @returns {Place}
 */
function ownPlace() {
  const notOurs = /^(npm_|VSCODE_|CODE_SERVER_|ELECTRON_|NODE_OPTIONS$|PORT$|PASSWORD$|HASHED_PASSWORD$)/i;
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || notOurs.test(name) ? [] : [[name, value]],
    ),
  );
  const profileFolder = path.join(downloadsFolder, 'user');
  return { profileFolder, env, folder: repositoryRoot, ownRun: true, cleanUp: () => undefined };
}

/**
 * Generated logs, and everything that is written, in one throw-away folder.
 * @returns {Place}
 */
function samplePlace() {
  const root = mkdtempSync(path.join(tmpdir(), 'agent-meter-sample-'));
  const env = isolatedEnvironment(root);
  const projectsFolder = path.join(root, 'projects');
  const sample = writeSampleLogs(env['CLAUDE_CONFIG_DIR'] ?? '', { now: Date.now(), projectsFolder });
  for (const project of sample.projects) mkdirSync(project, { recursive: true });
  console.log(`Sample: ${sample.responses} responses in ${sample.files} transcripts under ${root}`);
  const folder = sample.projects[0] ?? projectsFolder;
  cpSync(path.join(repositoryRoot, 'LICENSE'), path.join(folder, 'LICENSE'));
  const cleanUp = () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  return { profileFolder: path.join(root, 'vscode'), env, folder, ownRun: false, cleanUp };
}

/**
 * Serves VS Code until Ctrl-C.
 * @param {Place} place
 * @param {{ vsix: string, port: number | undefined, open: boolean }} options
 */
async function serve({ profileFolder, env, folder, ownRun, cleanUp }, { vsix, port, open }) {
  const stopAsked = stopSignal();
  try {
    const installation = await ensureVsCode();
    if (!existsSync(settingsFile(profileFolder))) writeSettings(profileFolder, quietSettings);
    const options = { installation, profileFolder, env, ownRun, port: port ?? (await freePort(usualPort)) };
    console.log('Starting VS Code …');
    await installExtension(options, vsix);
    const server = await startCodeServer(options);
    const address = `${server.url}/?folder=${encodeURIComponent(folder)}`;
    console.log(`\nAgent Meter runs in VS Code at ${address}\nPress Ctrl-C to stop.`);
    if (open) await openBrowser(address);
    const code = await Promise.race([stopAsked, server.ended]);
    await server.stop();
    if (code !== 'asked') throw new Error(`VS Code ended by itself:\n${server.log().slice(-3000)}`);
    console.log('\nStopped.');
  } finally {
    cleanUp();
  }
}

/** Resolves at the first Ctrl-C or SIGTERM, or when npm is gone; more of them are ignored while we stop. */
function stopSignal() {
  return /** @type {Promise<'asked'>} */ (
    new Promise((resolve) => {
      const stop = () => resolve('asked');
      for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop);
      // npm hands a SIGTERM to the shell that it runs scripts in, and that shell ends without telling us.
      const parent = process.ppid;
      if (process.env['npm_lifecycle_event'] === undefined) return;
      setInterval(() => process.ppid !== parent && stop(), 500).unref();
    })
  );
}

/**
 * The wanted port if nobody listens there, else 0: any.
 * @param {number} wanted
 * @returns {Promise<number>}
 */
async function freePort(wanted) {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  });
}

/** @param {string} address */
async function openBrowser(address) {
  if (!hasDesktop()) return;
  const [command, ...args] = /** @type {[string, ...string[]]} */ (
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  );
  // Where no browser opens, the address is on screen.
  await run(command, [...args, address], { stdio: 'ignore' }).catch(() => undefined);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
