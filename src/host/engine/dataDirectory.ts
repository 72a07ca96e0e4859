/** Where the ledger lives: the setting when it is an absolute path, else the platform's data directory of the user. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import envPaths from 'env-paths';
import { l10n } from 'vscode';
import { settingsSection } from '../../contributions';
import { makeFolder } from '../../shared/node/makeFolder';

export type DataDirectory = { ok: true; path: string } | { ok: false; reason: string };

const settingName = `${settingsSection}.dataDirectory`;

export function chooseDataDirectory(setting: string): DataDirectory {
  const chosen = setting.trim();
  if (chosen === '') return { ok: true, path: envPaths('agent-meter', { suffix: '' }).data };
  if (path.isAbsolute(chosen)) return { ok: true, path: path.normalize(chosen) };
  return { ok: false, reason: l10n.t('The setting {0} must be an absolute path: “{1}”.', settingName, chosen) };
}

/** Makes the folder that the setting names, so that a typing error is told at once and not by a failing ledger. */
export async function prepareDataDirectory(setting: string): Promise<DataDirectory> {
  const chosen = chooseDataDirectory(setting);
  if (!chosen.ok || setting.trim() === '') return chosen;
  try {
    await makeFolder(chosen.path);
    if ((await stat(chosen.path)).isDirectory()) return chosen;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EEXIST' && code !== 'ENOTDIR') {
      const reason = l10n.t(
        'The folder of the setting {0} can not be used: “{1}” ({2}).',
        settingName,
        chosen.path,
        code,
      );
      return { ok: false, reason };
    }
  }
  return {
    ok: false,
    reason: l10n.t('The setting {0} names something that is no folder: “{1}”.', settingName, chosen.path),
  };
}
