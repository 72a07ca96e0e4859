import { expect, it } from 'vitest';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import { nothingSaid, resolveLayers } from '../../../src/engine/configuration/resolveLayers';

it('answers without the parser what it would say where nothing is said', () => {
  const layers = { user: null, workspaces: [], environment: {} };
  expect(nothingSaid).toEqual(resolveConfiguration(layers));
  expect(resolveLayers(layers)).toBe(nothingSaid);
});
