/** Starts the VS Code of ensureVsCode as a server on 127.0.0.1, and installs extensions into its folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertIsolated } from './isolation.mjs';
import { runQuietly, startGroup, stopGroup } from './processes.mjs';

/** @typedef {import('./ensureVsCode.mjs').VsCodeInstallation} VsCodeInstallation */

/**
 * @typedef {object} CodeServerOptions
 * @property {VsCodeInstallation} installation
 * @property {string} profileFolder holds the user data, the extensions and the server's own configuration
 * @property {Record<string, string>} env what the server, and with it every extension, sees
 * @property {boolean} [ownRun] the user's own run on this machine's own logs: the one case that need not be isolated
 * @property {number} [port] default: any free one
 * @property {boolean} [workspaceTrust] ask for trust like a desktop VS Code does; default: trust every folder
 * @property {number} [reconnectionGraceSeconds] how long a window that vanished without a farewell keeps its extension host
 * @property {string} [folder] what a window without an address of its own opens
 */

/**
 * @typedef {object} CodeServer
 * @property {string} url without a trailing slash
 * @property {number} pid of the server; extension hosts are among its descendants
 * @property {() => string} log what it has printed so far
 * @property {Promise<number | null>} ended
 * @property {() => Promise<void>} stop
 */

/** Settings that keep VS Code from talking about itself. */
export const quietSettings = Object.freeze({
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'security.workspace.trust.untrustedFiles': 'open',
});

/** @param {string} profileFolder */
export function settingsFile(profileFolder) {
  return path.join(profileFolder, 'user', 'User', 'settings.json');
}

/** @param {string} profileFolder */
export function extensionsFolder(profileFolder) {
  return path.join(profileFolder, 'extensions');
}

/**
 * @param {string} profileFolder
 * @param {Record<string, unknown>} settings
 */
export function writeSettings(profileFolder, settings) {
  const file = settingsFile(profileFolder);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(settings, undefined, 2)}\n`);
}

/**
 * Installs a packaged extension.
 * @param {CodeServerOptions} options
 * @param {string} vsix
 */
export async function installExtension(options, vsix) {
  if (options.ownRun !== true) assertIsolated(options.env);
  const { node, entry } = options.installation;
  const args = [entry, ...profileArguments(options.profileFolder), '--install-extension', vsix, '--force'];
  await runQuietly(node, args, { env: options.env });
}

/**
 * Starts the server and resolves when it listens.
 * @param {CodeServerOptions} options
 * @returns {Promise<CodeServer>}
 */
export async function startCodeServer(options) {
  if (options.ownRun !== true) assertIsolated(options.env);
  const { node, entry } = options.installation;
  const args = [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`];
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override');
  args.push(...profileArguments(options.profileFolder), '--ignore-last-opened');
  if (options.workspaceTrust !== true) args.push('--disable-workspace-trust');
  if (options.reconnectionGraceSeconds !== undefined) {
    args.push('--reconnection-grace-time', String(options.reconnectionGraceSeconds));
  }
  if (options.folder !== undefined) args.push(options.folder);
  const child = startGroup(node, args, { env: options.env });
  let log = '';
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  /** @type {Promise<string>} */
  const listening = new Promise((resolve, reject) => {
    const onText = (/** @type {string} */ text) => {
      log += text;
      const url = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.setEncoding('utf8').on('data', onText);
    child.stderr.setEncoding('utf8').on('data', onText);
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`VS Code ended with ${String(code)}:\n${log.slice(-3000)}`)));
  });
  try {
    const url = await withTimeout(
      listening,
      60_000,
      () => `VS Code does not listen after a minute:\n${log.slice(-3000)}`,
    );
    return { url, pid: child.pid ?? 0, log: () => log, ended, stop: () => stopGroup(child) };
  } catch (error) {
    await stopGroup(child);
    throw error;
  }
}

/** @param {string} profileFolder */
function profileArguments(profileFolder) {
  const userData = path.join(profileFolder, 'user');
  const extensions = extensionsFolder(profileFolder);
  const config = path.join(profileFolder, 'code-server.yaml');
  for (const folder of [userData, extensions]) mkdirSync(folder, { recursive: true });
  // An own, empty configuration: the user may have one with a password or another address.
  writeFileSync(config, '{}\n');
  return ['--config', config, '--user-data-dir', userData, '--extensions-dir', extensions];
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {() => string} message
 * @returns {Promise<T>}
 */
async function withTimeout(promise, ms, message) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), ms);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([promise, timeout]));
  } finally {
    clearTimeout(timer);
  }
}
