import { beforeEach, expect, it, vi } from 'vitest';
import { readEngineSettings } from '../../../src/host/settings';

const values = new Map<string, unknown>();

vi.mock('vscode', () => ({
  workspace: { getConfiguration: () => ({ get: (key: string) => values.get(key) }) },
  Uri: {},
}));

beforeEach(() => values.clear());

const sources = (): unknown => readEngineSettings([]).sources;

it('turns agents off by their ids, whatever agent it is', () => {
  expect(sources()).toEqual({ 'claude-code': true });
  values.set('sources', { codex: false, 'of-a-later-version': false });
  expect(sources()).toEqual({ 'claude-code': true, codex: false, 'of-a-later-version': false });
});

it('obeys the older setting of Claude Code where the newer one says nothing of it', () => {
  values.set('claudeCode.enabled', false);
  expect(sources()).toEqual({ 'claude-code': false });
  values.set('sources', { 'claude-code': true });
  expect(sources()).toEqual({ 'claude-code': true });
});

it.each([[null], ['off'], [['codex']], [7]])('takes %j for not set', (value) => {
  values.set('sources', value);
  expect(sources()).toEqual({ 'claude-code': true });
});

it('leaves out what is neither on nor off', () => {
  values.set('sources', { codex: 'no', amp: false });
  expect(sources()).toEqual({ 'claude-code': true, amp: false });
});
