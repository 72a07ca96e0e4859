/** Installs Debian packages where that needs no password. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { run, runQuietly } from './processes.mjs';

/**
 * The full path of a program on the PATH.
 * @param {string} name
 */
export function findProgram(name) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => extensions.map((extension) => path.join(folder, name + extension)))
    .find((file) => existsSync(file));
}

/**
 * Installs packages with apt-get and answers whether that was possible.
 * @param {readonly string[]} packages
 */
export async function installSystemPackages(packages) {
  if (findProgram('apt-get') === undefined) return false;
  const prefix = await rootPrefix();
  if (prefix === undefined) return false;
  console.log(`Installing ${packages.join(', ')} (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A list that cannot be refreshed is no reason to stop: the old one may do.
  await aptGet(prefix, ['update', '-qq'], env);
  return (await aptGet(prefix, ['install', '-y', '-qq', '--no-install-recommends', ...packages], env)) === 0;
}

/**
 * @param {readonly string[]} prefix
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function aptGet(prefix, args, env) {
  const [command = 'apt-get', ...rest] = [...prefix, 'apt-get', ...args];
  return await run(command, rest, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What to put before a command that needs root; undefined where it would ask for a password. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (findProgram('sudo') === undefined) return undefined;
  return await runQuietly('sudo', ['-n', 'true']).then(
    () => ['sudo', '-n'],
    () => undefined,
  );
}
