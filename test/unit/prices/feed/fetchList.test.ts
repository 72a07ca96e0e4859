import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkedAddress } from '../../../../src/engine/prices/feed/address';
import { fetchBounds, fetchList } from '../../../../src/engine/prices/feed/fetchList';
import { PriceServer } from '../../../support/priceServer';

let server: PriceServer;
beforeEach(async () => (server = await PriceServer.start()));
afterEach(() => server.close());

const refused = (reason: string) => expect.objectContaining({ reason }) as Error;
const bounds = { ...fetchBounds, timeoutMs: 20_000, mostBytes: 10_000 };
const ask = (known: Parameters<typeof fetchList>[1] = null, more: Partial<typeof bounds> = {}, signal?: AbortSignal) =>
  fetchList(server.address, known, signal ?? null, { ...bounds, ...more });

describe('fetching a list', () => {
  it('sends a GET without anything that could tell who asks', async () => {
    server.serve('[1]');
    const list = await ask();
    expect(Buffer.from(list?.body ?? []).toString()).toBe('[1]');
    expect(list?.etag).toBe('"one"');
    const [asked] = server.asked;
    expect(asked?.method).toBe('GET');
    const harmless = [
      'host',
      'connection',
      'accept',
      'accept-language',
      'accept-encoding',
      'sec-fetch-mode',
      'user-agent',
    ];
    expect(Object.keys(asked?.headers ?? {}).filter((name) => !harmless.includes(name))).toEqual([]);
    expect(asked?.headers).toMatchObject({ 'user-agent': 'node', 'accept-language': '*' });
  });

  it('is told 304 of a list that it has', async () => {
    server.serve('[1]');
    expect(await ask({ etag: '"one"', lastModified: 'Mon, 30 Nov 2026 08:00:00 GMT' })).toBeNull();
    expect(server.asked[0]?.headers).toMatchObject({
      'if-none-match': '"one"',
      'if-modified-since': 'Mon, 30 Nov 2026 08:00:00 GMT',
    });
    server.answer((_, response) => void response.writeHead(304).end());
    await expect(ask()).rejects.toThrow(refused('http_status'));
  });

  it('gives up on a server that says nothing, or begins and says nothing more', async () => {
    server.answer(() => undefined);
    await expect(ask(null, { timeoutMs: 100 })).rejects.toThrow(refused('timed_out'));
    server.answer((_, response) => void response.writeHead(200).write('['));
    await expect(ask(null, { timeoutMs: 100 })).rejects.toThrow(refused('timed_out'));
  });

  it('can be stopped', async () => {
    server.answer(() => undefined);
    const stopping = new AbortController();
    const asking = ask(null, {}, stopping.signal);
    stopping.abort();
    await expect(asking).rejects.toThrow(refused('cancelled'));
  });

  it.each([500, 404, 403, 204, 206])('takes nothing from an answer of %i', async (status) => {
    server.answer((_, response) => void response.writeHead(status).end(status === 204 ? undefined : '[1]'));
    await expect(ask()).rejects.toThrow(refused('http_status'));
  });

  it('reads no more than is bounded, also of what is packed', async () => {
    server.answer((_, response) => void response.writeHead(200).end('x'.repeat(10_001)));
    await expect(ask()).rejects.toThrow(refused('too_big'));
    const packed = gzipSync('x'.repeat(1e7));
    server.answer((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
    await expect(ask()).rejects.toThrow(refused('too_big'));
  });

  it('follows a few redirects and no loop', async () => {
    server.answer(({ url }, response) => {
      if (url === '/there') response.writeHead(200).end('[2]');
      else response.writeHead(302, { location: '/there' }).end();
    });
    expect(Buffer.from((await ask())?.body ?? []).toString()).toBe('[2]');
    server.answer((_, response) => void response.writeHead(302, { location: '/data.json' }).end());
    server.asked.length = 0;
    await expect(ask()).rejects.toThrow(refused('redirect'));
    expect(server.asked).toHaveLength(6);
  });

  it('goes to no address that it would not have asked, and to no server that is not there', async () => {
    server.answer((_, response) => void response.writeHead(302, { location: 'http://example.org/' }).end());
    await expect(ask()).rejects.toThrow(refused('bad_address'));
    server.answer((_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    await expect(ask()).rejects.toThrow(refused('bad_address'));
    server.answer((request) => void request.socket.destroy());
    await expect(ask()).rejects.toThrow(refused('unreachable'));
  });
});

describe('an address', () => {
  it.each(['https://example.org/a.json', 'http://127.0.0.1:1/a', 'http://localhost/a', 'http://[::1]:80/'])(
    '%s is asked',
    (one) => {
      expect(checkedAddress(one).href).toContain('://');
    },
  );

  it.each([
    'http://example.org/a',
    'ftp://example.org',
    'file:///a',
    'a.json',
    '',
    'https://me:secret@example.org/',
    'http://127.0.0.1.example.org/',
    'http://localhost.example.org/',
  ])('%s is not asked', (one) => expect(() => checkedAddress(one)).toThrow(refused('bad_address')));

  it('elsewhere can’t send us to this machine', () => {
    const from = new URL('https://example.org/list');
    expect(() => checkedAddress('https://localhost/admin', from)).toThrow(refused('redirect'));
    expect(checkedAddress('/other', from).href).toBe('https://example.org/other');
  });
});
