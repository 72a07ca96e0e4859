/**
 * Child processes. Whatever runs long gets a process group of its own and is stopped by that group's id; guard.mjs stops
 * it should this process die before. Nothing is ever found or stopped by name.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import path from 'node:path';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();

/**
 * Runs a command with its output on our terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code
 */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal])));
  });
}

/**
 * Runs a command quietly and throws with the end of its output when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<string>} what it printed on stdout
 */
export async function runQuietly(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    stdout += text;
    everything += text;
  });
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (everything += text));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')} ended with ${String(code)}:\n${everything.trim().slice(-3000)}`);
}

/**
 * Starts a long-running command in a process group of its own; `stopGroup` ends it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv }} options
 */
export function startGroup(command, args, options) {
  const guard = path.join(import.meta.dirname, 'guard.mjs');
  const child = spawn(process.execPath, [guard, command, ...args], { ...options, detached: true, stdio: 'pipe' });
  running.add(child);
  return child;
}

/**
 * Ends a group: politely, and after `patienceMs` by force.
 * @param {ChildProcess} child
 * @param {number} [patienceMs]
 */
export async function stopGroup(child, patienceMs = 5000) {
  if (!running.has(child)) return;
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patienceMs);
    await ended;
    clearTimeout(timer);
  }
  // The leader is gone; what it left behind is still in its group.
  signalGroup(child, 'SIGKILL');
  running.delete(child);
}

/**
 * @param {ChildProcess} child a leader of its own group
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group has already ended.
  }
}

/**
 * The living descendants of a process that we started.
 * @param {number} ancestor
 * @returns {{ pid: number, parent: number, command: string }[]}
 */
export function descendants(ancestor) {
  const table = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const all = table.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid && parent && command ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
  const family = new Set([ancestor]);
  for (let grown = true; grown;) {
    const before = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
    grown = family.size > before;
  }
  return all.filter(({ pid }) => pid !== ancestor && family.has(pid));
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
