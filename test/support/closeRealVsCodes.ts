/** Vitest setup file: a test that fails half-way leaves no VS Code behind. */
import { afterAll } from 'vitest';
import { RealVsCode } from './realVsCode.ts';

afterAll(async () => {
  await RealVsCode.closeAll();
});
