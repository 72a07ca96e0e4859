/** The commands of the palette about budgets, and the read-only documents that they show. */
import { env, l10n, type Disposable } from 'vscode';
import { budgetsScheme, commands, historyScheme, planScheme, type CommandSignatures } from '../../../contributions';
import type { AskApi } from '../../engine/askApi';
import { budgetsDocument } from '../../documents/budgetsDocument';
import { createFormat, type Format } from '../../../shared/format';
import type { MeterModel } from '../../meter/meterModel';
import { planDocument } from '../../documents/planDocument';
import { exportAudit, verifyAudit } from '../auditTrail';
import { overrideBudget, targetOf } from './overrideBudget';
import { queryHistory } from '../queryHistory';
import { ReadOnlyDocument } from '../../documents/readOnlyDocument';
import { namesOf, validateName } from './setBudget';
import { showQueue } from '../showQueue';
import { choose } from './steps';

type Handlers = Pick<
  CommandSignatures,
  | typeof commands.showBudget
  | typeof commands.overrideBudget
  | typeof commands.showQueue
  | typeof commands.queryHistory
  | typeof commands.showPlanStatus
  | typeof commands.verifyAudit
  | typeof commands.exportAudit
>;

export class BudgetCommands implements Disposable {
  readonly #model: MeterModel;
  readonly #ask: AskApi;
  readonly #now: () => number;
  readonly #budgets: ReadOnlyDocument;
  readonly #plan: ReadOnlyDocument;
  readonly #history: ReadOnlyDocument;
  /** Which plan is shown. */
  #shownPlan: string | null = null;
  #shownHistory = '';

  constructor(model: MeterModel, ask: AskApi, now: () => number) {
    this.#model = model;
    this.#ask = ask;
    this.#now = now;
    this.#budgets = new ReadOnlyDocument({
      scheme: budgetsScheme,
      name: 'Agent Budgets',
      onDidChange: model.onDidChange,
      text: () => readable(l10n.t('Agent budgets'), () => this.#budgetsText()),
    });
    this.#plan = new ReadOnlyDocument({
      scheme: planScheme,
      name: 'Agent Plan',
      onDidChange: model.onDidChange,
      text: () => readable(l10n.t('Plan status'), () => this.#planText()),
    });
    this.#history = new ReadOnlyDocument({
      scheme: historyScheme,
      name: 'Agent Cost History',
      text: () => Promise.resolve(this.#shownHistory),
    });
  }

  dispose(): void {
    this.#budgets.dispose();
    this.#plan.dispose();
    this.#history.dispose();
  }

  get handlers(): Handlers {
    return {
      [commands.showBudget]: () => this.#budgets.show(),
      [commands.overrideBudget]: (target) => this.#override(target),
      [commands.showQueue]: () => showQueue(this.#ask, this.#timezone(), this.#now()),
      [commands.queryHistory]: () => this.#query(),
      [commands.showPlanStatus]: () => this.#showPlan(),
      [commands.verifyAudit]: () => verifyAudit(this.#ask),
      [commands.exportAudit]: () => exportAudit(this.#ask),
    };
  }

  #override(target: unknown): Promise<void> {
    const overrides = () => this.#model.view.snapshot?.overrides ?? [];
    const options = { ask: this.#ask, overrides, timezone: () => this.#timezone(), now: this.#now };
    return overrideBudget(options, targetOf(target));
  }

  #timezone(): string {
    return this.#model.view.snapshot?.timezone ?? '';
  }

  #format(): Format {
    return createFormat(env.language, this.#timezone(), this.#model.view.snapshot?.currency);
  }

  async #budgetsText(): Promise<string> {
    const { budgets, notice } = await this.#ask('status', {});
    const overrides = this.#model.view.snapshot?.overrides ?? [];
    const said = { budgets, overrides, nowMs: this.#now(), ...(notice !== undefined && { notice }) };
    return budgetsDocument(said, this.#format());
  }

  async #planText(): Promise<string> {
    if (this.#shownPlan === null) return `# ${l10n.t('Plan status')}\n\n${l10n.t('No plan is chosen.')}\n`;
    return planDocument(await this.#ask('planStatus', { plan: this.#shownPlan }), this.#format(), this.#now());
  }

  async #showPlan(): Promise<void> {
    const plans = await namesOf(this.#ask, 'plan');
    const answer = await choose({
      title: l10n.t('Plan Status'),
      placeholder:
        plans.length === 0
          ? l10n.t('No plan of this month is known; type the id of one')
          : l10n.t('Which plan? Choose one of this month, or type its id'),
      choices: plans.map((plan) => ({ label: plan, value: plan })),
      other: { validate: validateName, item: (text) => ({ label: text, value: text }) },
    });
    if (answer.kind !== 'answer') return;
    this.#shownPlan = answer.value;
    await this.#plan.show();
  }

  async #query(): Promise<void> {
    const text = await queryHistory(this.#ask, this.#model.view.snapshot?.currency);
    if (text === null) return;
    this.#shownHistory = text;
    await this.#history.show();
  }
}

/** What can't be said is said in its place. */
async function readable(title: string, text: () => Promise<string>): Promise<string> {
  try {
    return await text();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `# ${title}\n\n${l10n.t('There is nothing to show yet.')} ${reason}\n`;
  }
}
