/** Registers every command by its id and type: the mapped argument makes sure that none is forgotten. */
import { commands as vscodeCommands, l10n, window, type Disposable } from 'vscode';
import { apiCommandIds, displayName, type ApiHandlers, type CommandId, type CommandSignatures } from '../contributions';
import type { ApiCommand } from '../protocol/api/api';
import type { Log } from './log';
import { Refusal } from './engine/askApi';

type Handler = (argument?: unknown) => Promise<void>;

/** A command that fails says so where the user looks, and in full in the log. */
function guarded(id: CommandId, handler: Handler, log: Log): Handler {
  return async (argument) => {
    try {
      await handler(argument);
    } catch (error) {
      log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const reason = error instanceof Error ? error.message : String(error);
      const said =
        error instanceof Refusal
          ? `${displayName}: ${reason}`
          : l10n.t('{0}: the command failed. {1}', displayName, reason);
      void window.showErrorMessage(said);
    }
  };
}

export function registerCommands(handlers: CommandSignatures, log: Log): Disposable[] {
  return Object.entries(handlers).map(([id, handler]: [string, Handler]) =>
    vscodeCommands.registerCommand(id, guarded(id as CommandId, handler, log)),
  );
}

export function registerApi(handlers: ApiHandlers): Disposable[] {
  return Object.entries(apiCommandIds).map(([command, id]) =>
    vscodeCommands.registerCommand(id, handlers[command as ApiCommand]),
  );
}
