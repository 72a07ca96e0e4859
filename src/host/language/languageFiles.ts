/** Which files are configurations: the user's one, and `.vscode/agent-meter.yaml` of each open folder. */
import path from 'node:path';
import envPaths from 'env-paths';
import { Uri, workspace, type TextDocument } from 'vscode';

export const workspaceFile = '.vscode/agent-meter.yaml';

/** By the setting when it is an absolute path, else where the platform keeps users' configurations. */
export function userConfigurationFile(setting: string): string {
  if (isChosenFile(setting)) return path.normalize(setting.trim());
  return path.join(envPaths('agent-meter', { suffix: '' }).config, 'config.yaml');
}

export function isChosenFile(setting: string): boolean {
  return path.isAbsolute(setting.trim());
}

export function userConfigurationUri(setting: string): Uri {
  return Uri.file(userConfigurationFile(setting));
}

/** One for each folder that is open, whether the file exists or not. */
export function workspaceConfigurationUris(): Uri[] {
  return (workspace.workspaceFolders ?? []).map(({ uri }) => Uri.joinPath(uri, workspaceFile));
}

export function isConfiguration({ uri }: TextDocument, setting: string): boolean {
  return uri.path.endsWith(`/${workspaceFile}`) || uri.toString() === userConfigurationUri(setting).toString();
}
