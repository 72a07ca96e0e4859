/** *Show Quotas*: every quota with both of its readings, as a text that follows the meter while it is open. */
import { env, l10n, type Disposable } from 'vscode';
import { quotasScheme } from '../../contributions';
import type { ApiCommand, ApiResult, StatusValue } from '../../protocol/api/api';
import { createFormat } from '../../shared/format';
import type { MeterModel } from '../meter/meterModel';
import { quotasDocument } from '../documents/quotasDocument';
import { ReadOnlyDocument } from '../documents/readOnlyDocument';

type Ask = (command: ApiCommand, argument: unknown) => Promise<ApiResult<unknown>>;

export class QuotaDocuments implements Disposable {
  readonly #document: ReadOnlyDocument;

  constructor(model: MeterModel, ask: Ask, now: () => number) {
    this.#document = new ReadOnlyDocument({
      scheme: quotasScheme,
      name: 'Agent Quotas',
      onDidChange: model.onDidChange,
      text: async () => {
        const status = (await ask('status', {})) as ApiResult<StatusValue>;
        const { timezone = '', currency } = model.view.snapshot ?? {};
        const format = createFormat(env.language, timezone, currency);
        if (status.ok) return quotasDocument(status.value.quotas, format, now());
        return `# ${l10n.t('Agent quotas')}\n\n${l10n.t('There is nothing to show yet.')} ${status.error.message}\n`;
      },
    });
  }

  dispose(): void {
    this.#document.dispose();
  }

  show(): Promise<void> {
    return this.#document.show();
  }
}
