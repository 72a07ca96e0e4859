/** Calls npm with the one that runs us, if npm does, else the one on the PATH. */
import { run, runQuietly } from './processes.mjs';

/** @param {readonly string[]} args */
function npmCommand(args) {
  const own = process.env['npm_execpath'];
  if (own?.endsWith('.js')) return { command: process.execPath, args: [own, ...args], shell: false };
  return { command: 'npm', args: [...args], shell: process.platform === 'win32' };
}

/**
 * Runs npm on our terminal and answers its exit code.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function npm(args, options = {}) {
  const { command, args: all, shell } = npmCommand(args);
  return await run(command, all, { ...options, shell });
}

/**
 * Runs npm quietly and throws with its output when it fails.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function npmQuietly(args, options = {}) {
  const { command, args: all, shell } = npmCommand(args);
  await runQuietly(command, all, { ...options, shell });
}
