/** Vitest setup file: every test file runs with its own home, and with no trace of this machine's agents. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { folderVariable, isolatedEnvironment, isolatedVariables, leadsHome } from './isolation.mjs';

const agentVariable = /^(AIDER|AMP|ANTHROPIC|CLAUDE|CLINE|CODEX|CONTINUE|COPILOT|GEMINI|GOOSE|OPENCODE|OTEL|QWEN)_/;

for (const [name, value] of Object.entries(process.env)) {
  if (agentVariable.test(name) || leadsHome(name, value)) Reflect.deleteProperty(process.env, name);
}

const folder = mkdtempSync(path.join(tmpdir(), 'am-'));
const environment = isolatedEnvironment(folder);
for (const name of [folderVariable, ...Object.keys(isolatedVariables)]) process.env[name] = environment[name];

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
