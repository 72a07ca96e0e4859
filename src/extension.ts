import type { ExtensionContext } from 'vscode';
import type { AgentMeterApi } from './api/agentMeterApi';
import { compose, type Composition } from './composition';

let composition: Composition | undefined;

export function activate(context: ExtensionContext): AgentMeterApi {
  const startedMs = performance.now();
  composition = compose(context);
  composition.log.debug(`The meter stands after ${(performance.now() - startedMs).toFixed(1)} ms of activation.`);
  return composition.api;
}

/** VS Code waits for the promise, so the ledger closes cleanly. */
export async function deactivate(): Promise<void> {
  await composition?.shutdown();
  composition = undefined;
}
