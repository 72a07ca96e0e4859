/**
 * Claude Code transcripts as the program writes them, for trying the extension without any of your own: several projects
 * and models, several days up to now, a line per content block with placeholder token counts, subagents, cache writes of
 * both kinds, web searches. The same seed and the same `now` give the same files.
 */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} SampleOptions
 * @property {number} now epoch milliseconds; nothing is written later than this
 * @property {number} [days] how many, today included; default 14
 * @property {number} [seed] default 1
 * @property {string} [projectsFolder] where the projects are said to lie; default `/home/ana`
 */

/**
 * @typedef {object} SampleLogs
 * @property {string[]} projects the folders in which the agent is said to have worked
 * @property {number} files
 * @property {number} responses distinct responses: what a meter must count, whatever the number of lines
 */

/** What the sample's agents use, with typical sizes. */
const opus = { id: 'claude-opus-4-8', output: 1100, longCache: true };
const sonnet = { id: 'claude-sonnet-5', output: 700, longCache: false };
const haiku = { id: 'claude-haiku-4-5-20251001', output: 350, longCache: false };

const projects = [
  { name: 'shop', model: opus, branch: 'main', busy: 0.8 },
  { name: 'arpg', model: sonnet, branch: 'feature/inventory', busy: 0.6 },
  { name: 'handbook', model: haiku, branch: 'main', busy: 0.4 },
];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * Writes `<directory>/projects/**`, where `directory` stands for Claude Code's own (`CLAUDE_CONFIG_DIR`).
 * @param {string} directory
 * @param {SampleOptions} options
 * @returns {SampleLogs}
 */
export function writeSampleLogs(directory, { now, days = 14, seed = 1, projectsFolder = '/home/ana' }) {
  const random = seededRandom(seed);
  /** @type {SampleLogs} */
  const result = { projects: [], files: 0, responses: 0 };
  for (const project of projects) {
    const cwd = path.join(projectsFolder, project.name);
    result.projects.push(cwd);
    for (let day = days - 1; day >= 0; day--) {
      const sessions = random.chance(project.busy) ? random.between(1, 2) : 0;
      // Today's sessions lie shortly before now, so that there is something to see whenever the sample is started.
      for (let each = 0; each < sessions || (day === 0 && each === 0); each++) {
        const startMs = now - day * dayMs - random.between(100, day === 0 ? 160 : 600) * minuteMs;
        const session = new SampleSession(random, {
          project,
          cwd,
          startMs,
          endMs: Math.min(now, startMs + 90 * minuteMs),
        });
        session.play();
        result.files += session.write(path.join(directory, 'projects', cwd.replaceAll(/[^A-Za-z0-9]/g, '-')));
        result.responses += session.responses;
      }
    }
  }
  return result;
}

/** One session: the main transcript, and a transcript for each subagent that it starts. */
class SampleSession {
  responses = 0;
  /** @type {Map<string, { lines: object[], lastMs: number }>} lines by file, relative to the project's folder */
  #files = new Map();
  #random;
  #about;
  #id;
  #atMs;
  #cached = 14_000;

  /**
   * @param {ReturnType<typeof seededRandom>} random
   * @param {{ project: typeof projects[number], cwd: string, startMs: number, endMs: number }} about
   */
  constructor(random, about) {
    this.#random = random;
    this.#about = about;
    this.#id = random.uuid();
    this.#atMs = about.startMs;
  }

  play() {
    const main = { file: `${this.#id}.jsonl`, model: this.#about.project.model };
    this.#prompt(main.file, 'Please have a look at the failing test.');
    while (this.#advance(5, 240)) {
      this.#respond(main);
      if (this.#random.chance(0.06)) this.#playSubagent();
      if (this.#random.chance(0.15) && this.#advance(60, 900)) this.#prompt(main.file, 'Go on.');
    }
  }

  #playSubagent() {
    const agentId = this.#random.hex(8);
    const agent = { file: path.join(this.#id, 'subagents', `agent-${agentId}.jsonl`), model: haiku, agentId };
    const mainCached = this.#cached;
    this.#cached = 6000;
    for (let left = this.#random.between(2, 6); left > 0 && this.#advance(3, 20); left--) this.#respond(agent);
    this.#cached = mainCached;
  }

  /**
   * Lets time pass; false when the session is over.
   * @param {number} fromSeconds
   * @param {number} toSeconds
   */
  #advance(fromSeconds, toSeconds) {
    this.#atMs += this.#random.between(fromSeconds, toSeconds) * 1000 + this.#random.between(0, 999);
    return this.#atMs < this.#about.endMs;
  }

  /**
   * @param {string} file
   * @param {string} text
   */
  #prompt(file, text) {
    this.#append(file, { type: 'user', message: { role: 'user', content: text } });
  }

  /**
   * One response: a line for each content block; only the last has the true number of output tokens.
   * @param {{ file: string, model: typeof opus, agentId?: string }} agent
   */
  #respond({ file, model, agentId }) {
    const random = this.#random;
    this.responses++;
    const written = random.between(300, 4200);
    const searches = random.chance(0.03) ? random.between(1, 3) : 0;
    const usage = {
      input_tokens: random.between(3, 60),
      cache_creation_input_tokens: written,
      cache_read_input_tokens: this.#cached,
      cache_creation: {
        ephemeral_5m_input_tokens: model.longCache ? 0 : written,
        ephemeral_1h_input_tokens: model.longCache ? written : 0,
      },
      ...(searches > 0 && { server_tool_use: { web_search_requests: searches, web_fetch_requests: 0 } }),
      service_tier: 'standard',
      inference_geo: 'global',
    };
    const output = Math.round(model.output * (0.2 + 1.8 * random.fraction()));
    const ids = { requestId: `req_${random.hex(20)}`, message: `msg_${random.hex(20)}` };
    const blocks = contentBlocks(random);
    for (const [index, content] of blocks.entries()) {
      const isLast = index === blocks.length - 1;
      this.#append(file, {
        type: 'assistant',
        ...(agentId !== undefined && { agentId, isSidechain: true }),
        requestId: ids.requestId,
        message: {
          id: ids.message,
          type: 'message',
          role: 'assistant',
          model: model.id,
          content: [content],
          stop_reason: isLast ? 'tool_use' : null,
          usage: { ...usage, output_tokens: isLast ? output : random.between(1, 8) },
        },
      });
      this.#atMs += random.between(200, 1500);
    }
    this.#cached = Math.min(this.#cached + written, 160_000);
  }

  /**
   * @param {string} file
   * @param {object} line
   */
  #append(file, line) {
    const { project, cwd, endMs } = this.#about;
    const atMs = Math.min(this.#atMs, endMs);
    const entry = this.#files.get(file) ?? { lines: [], lastMs: atMs };
    this.#files.set(file, entry);
    entry.lastMs = atMs;
    entry.lines.push({
      parentUuid: null,
      isSidechain: false,
      userType: 'external',
      cwd,
      sessionId: this.#id,
      version: '2.1.231',
      gitBranch: project.branch,
      ...line,
      uuid: this.#random.uuid(),
      timestamp: new Date(atMs).toISOString(),
    });
  }

  /**
   * @param {string} folder
   * @returns the number of files
   */
  write(folder) {
    for (const [name, { lines, lastMs }] of this.#files) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      utimesSync(file, lastMs / 1000, lastMs / 1000);
    }
    return this.#files.size;
  }
}

/** @param {ReturnType<typeof seededRandom>} random */
function contentBlocks(random) {
  const blocks = [
    { type: 'thinking', thinking: 'The total is rounded twice.', signature: random.hex(24) },
    { type: 'text', text: 'The total is rounded twice; I will round once.' },
    { type: 'tool_use', id: `toolu_${random.hex(20)}`, name: 'Edit', input: { file_path: 'total.ts' } },
  ];
  return blocks.slice(random.between(0, 2));
}

/**
 * Numbers that look random and repeat with the seed (mulberry32).
 * @param {number} seed
 */
function seededRandom(seed) {
  let state = seed;
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (/** @type {number} */ length) =>
    Array.from({ length }, () => Math.floor(fraction() * 16).toString(16)).join('');
  return {
    fraction,
    hex,
    /** @param {number} probability */
    chance: (probability) => fraction() < probability,
    /** @param {number} from @param {number} to */
    between: (from, to) => from + Math.floor(fraction() * (to - from + 1)),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
