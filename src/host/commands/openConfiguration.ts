/** *Open Configuration*: the user's file or the workspace's, made of a commented starter where there is none. */
import { l10n, window, workspace, type Uri } from 'vscode';
import type { ConfigurationEditor } from '../language/languageEditor';
import { userConfigurationUri, workspaceConfigurationUris, workspaceFile } from '../language/languageFiles';
import { readSetting } from '../settings';
import { choose, type Choice } from './configure/steps';

interface File {
  uri: Uri;
  layer: 'user' | 'workspace';
}

export async function openConfiguration(editor: ConfigurationEditor): Promise<void> {
  const user: File = { uri: userConfigurationUri(readSetting('configFile')), layer: 'user' };
  const file = await which(user);
  if (file === null) return;
  await window.showTextDocument(await editor.openOrMake(file.uri, file.layer), { preview: false });
}

/** `null`: the user has gone away. Without a folder there is nothing to ask. */
async function which(user: File): Promise<File | null> {
  const ofWorkspace = workspaceConfigurationUris();
  if (ofWorkspace.length === 0) return user;
  const choices: Choice<File>[] = [
    { label: l10n.t('User'), description: user.uri.fsPath, detail: l10n.t('Holds in every window.'), value: user },
    ...ofWorkspace.map((uri) => ({
      label: ofWorkspace.length === 1 ? l10n.t('Workspace') : l10n.t('Folder {0}', folderName(uri)),
      description: workspaceFile,
      detail: l10n.t('Holds for this project; may tighten your limits, never lift them.'),
      value: { uri, layer: 'workspace' as const },
    })),
  ];
  const answer = await choose({
    title: l10n.t('Open Configuration'),
    placeholder: l10n.t('Which configuration?'),
    choices,
  });
  return answer.kind === 'answer' ? answer.value : null;
}

function folderName(uri: Uri): string {
  return workspace.getWorkspaceFolder(uri)?.name ?? uri.path;
}
