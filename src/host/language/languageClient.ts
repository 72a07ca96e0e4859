/**
 * The language client, a bundle of its own: with its library it is larger than the rest of the host together. Speaks with the
 * server, which runs in a process of its own, and answers what the server asks of the engine.
 */
import path from 'node:path';
import { l10n, workspace, type CancellationToken, type Uri } from 'vscode';
import { LanguageClient, TransportKind, type DocumentFilter } from 'vscode-languageclient/node';
import { displayName } from '../../contributions';
import {
  liveUseMethod,
  modelsMethod,
  priceMethod,
  trustedMethod,
  type InitializationOptions,
  type LiveUses,
  type PricedModel,
} from '../../protocol/language';
import type { ModelPrice } from '../../protocol/prices/price';
import { priceQuestionSchema, type PriceQuestion } from '../../protocol/prices/priceQuestion';
import { workspaceFile } from './languageFiles';

/** What the server may ask of us. */
export interface Prices {
  price(question: PriceQuestion): Promise<ModelPrice | null>;
  models(): Promise<readonly PricedModel[]>;
}

export interface LanguageConnection {
  tell(uses: LiveUses): Promise<void>;
  /** The user trusts the window's folders now. */
  tellTrusted(): Promise<void>;
  ask(method: string, parameters: unknown, token?: CancellationToken): Promise<unknown>;
  stop(): Promise<void>;
}

/** `module`: the server's bundle. Fulfilled when the server is ready. */
export async function startLanguageClient(module: string, userFile: Uri, prices: Prices): Promise<LanguageConnection> {
  const client = new LanguageClient(
    'agentMeter',
    l10n.t('{0} Configuration', displayName),
    { module, transport: TransportKind.ipc, options: { execArgv: [] } },
    {
      documentSelector: selector(userFile),
      initializationOptions: {
        userFile: userFile.fsPath,
        trusted: workspace.isTrusted,
      } satisfies InitializationOptions,
      diagnosticCollectionName: 'agentMeter',
      markdown: { supportThemeIcons: true },
    },
  );
  client.onRequest(priceMethod, (question: unknown) => prices.price(priceQuestionSchema.parse(question)));
  client.onRequest(modelsMethod, () => prices.models());
  try {
    await client.start();
  } catch (error) {
    await client.dispose().catch(() => undefined);
    throw error;
  }
  return {
    tell: (uses) => client.sendNotification(liveUseMethod, uses),
    tellTrusted: () => client.sendNotification(trustedMethod),
    ask: (method, parameters, token) => client.sendRequest(method, parameters, token),
    // Not `stop`: what is disposed does not start again when its server ends.
    stop: () => client.dispose(),
  };
}

/** By place, whatever the language: where nobody has told VS Code what YAML is, the file is plain text. */
function selector(userFile: Uri): DocumentFilter[] {
  const folder = userFile.with({ path: path.posix.dirname(userFile.path) });
  const name = path.posix.basename(userFile.path).replace(/[*?[\]{}]/g, '[$&]');
  return [{ pattern: { baseUri: folder.toString(), pattern: name } }, { pattern: `**/${workspaceFile}` }];
}
