/** What of a window's settings and environment changes its picture, as one text. */
import { configuringVariables } from '../../config/resolve/variables';
import type { EngineSettings } from '../../protocol/rpc';

/** Variables that configure us, and no others: they are sent to the window that leads. */
export function ownVariables(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => configuringVariables.includes(name)));
}

export function settingsKey(
  { timezone, configFile, workspaces }: EngineSettings,
  environment: Readonly<Record<string, string>>,
): string {
  return JSON.stringify([timezone, configFile, workspaces, ownVariables(environment)]);
}
