import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeSampleLogs } from '../../support/sampleLogs.mjs';

const now = Date.parse('2026-11-21T15:00:00Z');

interface Line {
  type: string;
  timestamp: string;
  isSidechain: boolean;
  message: { id: string; usage?: { output_tokens: number; cache_creation: { ephemeral_1h_input_tokens: number } } };
}

function generate(seed: number): { logs: ReturnType<typeof writeSampleLogs>; files: string[]; lines: Line[] } {
  const directory = mkdtempSync(path.join(tmpdir(), 'sample-'));
  const logs = writeSampleLogs(directory, { now, seed });
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));
  const texts = files.sort().map((file) => readFileSync(path.join(directory, file), 'utf8'));
  const lines = texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Line);
  return { logs, files, lines };
}

test('the sample repeats with its seed', () => {
  expect(generate(1)).toEqual(generate(1));
  expect(generate(1).lines).not.toEqual(generate(2).lines);
});

test('the sample is shaped as the real logs are', () => {
  const { logs, files, lines } = generate(1);
  expect(files).toHaveLength(logs.files);
  expect(files.some((file) => file.includes('subagents'))).toBe(true);
  const answers = lines.filter(({ type }) => type === 'assistant');
  expect(new Set(answers.map(({ message }) => message.id)).size).toBe(logs.responses);
  expect(answers.length).toBeGreaterThan(1.5 * logs.responses);
  expect(answers.some(({ message }) => (message.usage?.cache_creation.ephemeral_1h_input_tokens ?? 0) > 0)).toBe(true);
  expect(answers.some(({ isSidechain }) => isSidechain)).toBe(true);
});

test('the sample reaches back several days and never beyond now', () => {
  const times = generate(1).lines.map(({ timestamp }) => Date.parse(timestamp));
  expect(Math.max(...times)).toBeLessThanOrEqual(now);
  expect(Math.max(...times)).toBeGreaterThan(now - 100 * 60_000);
  expect(new Set(times.map((time) => new Date(time).toISOString().slice(0, 10))).size).toBeGreaterThan(10);
});
