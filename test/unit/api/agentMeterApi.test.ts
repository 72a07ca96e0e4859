import { describe, expect, it } from 'vitest';
import { createApi, createApiHandlers, type ApiBackend } from '../../../src/api/agentMeterApi';
import { jsonClone } from '../../../src/api/jsonClone';

function recorder(): ApiBackend & { calls: unknown[] } {
  const calls: unknown[] = [];
  return {
    calls,
    onDidHappen: () => ({ dispose: () => undefined }),
    call: (command, argument) => {
      calls.push([command, argument]);
      return Promise.resolve({ ok: true, value: 'answer' });
    },
  };
}

function circular(): unknown {
  const value: { tags: unknown[] } = { tags: [] };
  value.tags.push(value);
  return value;
}

describe('H1 the command API', () => {
  it('passes plain JSON on, without what JSON leaves out', async () => {
    const backend = recorder();
    const { v1 } = createApi(createApiHandlers(backend), backend);
    const tokens = { input: 1, output: 2 };
    await v1.report([{ id: 'a', provider: 'p', model: 'm', tokens, project: undefined }]);
    expect(backend.calls).toEqual([['report', [{ id: 'a', provider: 'p', model: 'm', tokens }]]]);
    expect(Object.keys((backend.calls as [string, object[]][])[0]?.[1][0] ?? {})).not.toContain('project');
  });

  it('reads no argument as the empty request', async () => {
    const backend = recorder();
    await createApiHandlers(backend).status();
    expect(backend.calls).toEqual([['status', {}]]);
  });

  it.each([
    ['a circular value', circular(), 'tags[0]'],
    ['a BigInt', { tokens: { input: 1n } }, 'tokens.input'],
    ['a function', [{ id: () => 'x' }], '[0].id'],
    ['a symbol', { id: Symbol('x') }, 'id'],
    ['a number that JSON lacks', { costUsd: Number.NaN }, 'costUsd'],
    ['a function alone', () => 1, ''],
  ])('refuses %s and names where it stands', async (_, argument, where) => {
    const backend = recorder();
    const answer = await createApiHandlers(backend).report(argument);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_request', issues: [{ path: where }] } });
    expect(backend.calls).toEqual([]);
  });

  it('refuses a getter that throws and a value without end', async () => {
    const { usage } = createApiHandlers(recorder());
    const throwing = {
      get period(): string {
        throw new Error('no');
      },
    };
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(await usage(throwing)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    expect(await usage(deep)).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
  });

  it('never rejects, whatever the engine does', async () => {
    const { status } = createApiHandlers({ call: () => Promise.reject(new Error('gone')) });
    expect(await status({})).toEqual({ ok: false, error: { code: 'internal', message: 'gone' } });
  });

  it('clones dates as JSON does, twins that are no circle, and odd keys', () => {
    const twin = { a: 1 };
    expect(jsonClone({ time: new Date(0), one: twin, two: twin })).toEqual({
      ok: true,
      value: { time: '1970-01-01T00:00:00.000Z', one: { a: 1 }, two: { a: 1 } },
    });
    const odd = jsonClone(JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(odd.ok && Object.keys(odd.value as object)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });
});
