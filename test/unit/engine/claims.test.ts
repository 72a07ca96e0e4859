import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Claims } from '../../../src/engine/leadership/claims';

describe('claims', () => {
  let directory: string;
  let claims: Claims;

  beforeEach(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'claims-'));
    claims = new Claims(directory);
    await claims.prepare();
  });
  afterEach(() => fs.rm(directory, { recursive: true }));

  it('gives the first claim epoch 1 and finds it again', async () => {
    expect(await claims.highest()).toBeNull();
    const claim = await claims.claim('/tmp/a.sock', 0);
    expect(claim).toMatchObject({ epoch: 1, address: '/tmp/a.sock' });
    expect(await claims.highest()).toEqual(claim);
    expect(await claims.holds(1)).toBe(true);
  });

  it('lets exactly one of many contenders have an epoch, and never gives one twice', async () => {
    const epochs = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const observed = (await claims.highest())?.epoch ?? 0;
      const contenders = Array.from({ length: 8 }, () => new Claims(directory));
      const won = (await Promise.all(contenders.map((one, index) => one.claim(`/tmp/${index}`, observed)))).filter(
        (claim) => claim !== null,
      );
      expect(won).toHaveLength(1);
      expect(await new Claims(directory).claim('/tmp/late', observed)).toBeNull();
      for (const { epoch } of won) {
        expect(epochs.has(epoch)).toBe(false);
        epochs.add(epoch);
      }
      const holding = await Promise.all(won.map(({ epoch }) => claims.holds(epoch)));
      expect(holding.filter(Boolean)).toHaveLength(1);
    }
  });

  it.each(['journal', 'reservations'])('takes no epoch that %s have, though the claims were deleted', async (name) => {
    await fs.mkdir(path.join(directory, name));
    await fs.writeFile(path.join(directory, name, '41-3.ndjson'), '');
    expect(await claims.claim('/tmp/a', 0)).toMatchObject({ epoch: 42 });
  });

  it('tells the former lead that it has lost the lead', async () => {
    await claims.claim('/tmp/a', 0);
    await new Claims(directory).claim('/tmp/b', 1);
    expect(await claims.holds(1)).toBe(false);
    expect(await claims.highest()).toMatchObject({ epoch: 2, address: '/tmp/b' });
  });

  it('counts a damaged claim as one that nobody answers', async () => {
    await fs.writeFile(path.join(directory, 'lead', '7.json'), '{"pid":');
    expect(await claims.highest()).toEqual({ epoch: 7, pid: 0, address: '', token: '' });
    expect(await claims.claim('/tmp/a', 7)).toMatchObject({ epoch: 8 });
  });

  it('keeps the claim, with its token, from other users', async () => {
    await claims.claim('/tmp/a', 0);
    const { mode } = await fs.stat(path.join(directory, 'lead', '1.json'));
    expect(mode & 0o077).toBe(0);
  });

  it('removes the sockets of those who led before', async () => {
    const socket = path.join(directory, 'lead', 'old.sock');
    await fs.writeFile(socket, '');
    await claims.claim(socket, 0);
    await claims.claim('/tmp/b', 1);
    await expect(fs.access(socket)).rejects.toThrow();
  });

  it('removes what contenders left who were killed, and not what the living have just made', async () => {
    const [old, young, own] = ['old.draft', 'young.sock', 'own.sock'].map((name) => path.join(directory, 'lead', name));
    for (const file of [old, young, own]) await fs.writeFile(file ?? '', '');
    for (const file of [old, own]) await fs.utimes(file ?? '', 1, 1);
    await claims.claim(own ?? '', 0);
    expect((await fs.readdir(path.join(directory, 'lead'))).toSorted()).toEqual(['1.json', 'own.sock', 'young.sock']);
  });
});
