/**
 * The engine's answer to a command of the palette, whose failures are shown to the user: an error in the engine's words.
 * While an engine that starts is waited for, the status bar says so.
 */
import { ProgressLocation, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { ApiCommand, ApiResult, ApiValues } from '../../protocol/api/api';

/** Why a command does not do what it was asked for, in words for the user: nothing of ours has failed. */
export class Refusal extends Error {}

export type AskApi = <C extends ApiCommand>(command: C, argument: unknown) => Promise<ApiValues[C]>;

export function askApi(call: (command: ApiCommand, argument: unknown) => Promise<ApiResult<unknown>>): AskApi {
  return async <C extends ApiCommand>(command: C, argument: unknown) => {
    // VS Code shows it only when it takes long enough to be noticed.
    const options = { location: ProgressLocation.Window, title: l10n.t('{0}: asking the ledger…', displayName) };
    const result = (await window.withProgress(options, () => call(command, argument))) as ApiResult<ApiValues[C]>;
    if (!result.ok) throw new Refusal(result.error.message);
    return result.value;
  };
}
