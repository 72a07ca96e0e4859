/** *Reprice…*: shows what present prices rate differently, and puts it right when told to. */
import { env, l10n, window } from 'vscode';
import { displayName } from '../../contributions';
import type { RepricedModel } from '../../protocol/work';
import type { EngineClient } from '../engine/engineClient';
import { plain } from '../../shared/escape';
import { createFormat, type Format } from '../../shared/format';
import { usdFromNanos } from '../../shared/money';
import { withWork } from './work';

const modelsShown = 12;

export async function reprice(client: EngineClient): Promise<void> {
  const comparing = l10n.t('{0} compares the ledger with present prices', displayName);
  const preview = await withWork(comparing, (work) => client.ask('reprice', { apply: false }, work));
  if (preview === null || preview.cancelled) return;
  const format = createFormat(env.language, '');
  if (preview.models.length === 0) {
    void window.showInformationMessage(l10n.t('{0}: present prices rate every call as it is.', displayName));
    return;
  }
  const apply = l10n.t('Reprice');
  const question = l10n.t('Rate {0} calls by present prices?', format.count(countOf(preview.models)));
  const detail = describe(preview.models, format);
  if ((await window.showWarningMessage(question, { modal: true, detail }, apply)) !== apply) return;
  const title = l10n.t('{0} rates calls by present prices', displayName);
  const done = await withWork(title, (work) => client.ask('reprice', { apply: true }, work));
  if (done === null) return;
  const count = format.count(countOf(done.models));
  void window.showInformationMessage(
    done.cancelled
      ? l10n.t('{0}: stopped; {1} calls have present prices now.', displayName, count)
      : l10n.t('{0}: {1} calls have present prices now.', displayName, count),
  );
}

/** One line for each model, the greatest difference first, and the sum. */
export function describe(models: readonly RepricedModel[], format: Format): string {
  const line = (name: string, of: readonly RepricedModel[]): string =>
    l10n.t(
      '{0}: {1} calls, {2} → {3}',
      name,
      format.count(countOf(of)),
      format.fullMoney(usdFromNanos(of.reduce((sum, { oldNanos }) => sum + oldNanos, 0))),
      format.fullMoney(usdFromNanos(of.reduce((sum, { newNanos }) => sum + newNanos, 0))),
    );
  const shown = models.slice(0, modelsShown).map((model) => line(plain(`${model.model} (${model.provider})`), [model]));
  const others = models.slice(modelsShown);
  return [
    ...shown,
    ...(others.length === 0 ? [] : [line(l10n.t('{0} other models', others.length), others)]),
    ...(models.length === 1 ? [] : [line(l10n.t('All'), models)]),
    '',
    l10n.t('Costs that were reported stay as they are, and so do calls so old that only their sums are kept.'),
  ].join('\n');
}

function countOf(models: readonly RepricedModel[]): number {
  return models.reduce((sum, { events }) => sum + events, 0);
}
