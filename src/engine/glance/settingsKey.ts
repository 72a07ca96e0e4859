/** Whether a window's settings and environment are the ones that made a picture. Only a digest of them is kept. */
import { createHash } from 'node:crypto';
import { configuringVariables } from '../../config/resolve/variables';
import type { EngineSettings } from '../../protocol/rpc';

/** Variables that configure us, and no others: they are sent to the window that leads. */
export function ownVariables(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => configuringVariables.includes(name)));
}

export function settingsKey(
  { timezone, configFile, configFileChosen, workspaces }: EngineSettings,
  environment: Readonly<Record<string, string>>,
): string {
  const text = JSON.stringify([timezone, configFile, configFileChosen, workspaces, ownVariables(environment)]);
  return createHash('sha256').update(text).digest('hex');
}
