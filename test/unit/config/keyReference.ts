/** Markdown of every key of the configuration, made from its JSON Schema; and of every issue, made from files that have it. */
import { alternatives, type JsonSchema } from '../../../src/config/schema/jsonSchema';
import { resolveConfiguration } from '../../../src/config/resolve/resolve';
import type { ConfigurationIssue, IssueCode } from '../../../src/protocol/configurationIssue';

interface Row {
  key: string;
  type: string;
  unit: string;
  usual: string;
  description: string;
}

export function keyTables(schema: JsonSchema): string {
  return Object.entries(schema.properties ?? {})
    .map(([key, section]) => {
      const lines = joined(rowsOf(key, section)).map(
        ({ key: name, type, unit, usual, description }) =>
          `| \`${name}\` | ${type} | ${unit} | ${usual} | ${description} |`,
      );
      return [`### ${key}`, '', '| key | type | unit | default | meaning |', '|---|---|---|---|---|', ...lines].join(
        '\n',
      );
    })
    .join('\n\n');
}

/** Of alternatives that have the same key, one row. */
function joined(rows: readonly Row[]): Row[] {
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const before = byKey.get(row.key) ?? row;
    const both = (a: string, b: string, between: string) => (a === b ? a : `${a}${between}${b}`);
    const type = both(before.type, row.type, ' or ');
    byKey.set(row.key, { ...before, type, description: both(before.description, row.description, ' ') });
  }
  return [...byKey.values()];
}

/** Maps that are told elsewhere. */
const toldElsewhere: Readonly<Record<string, string>> = { 'providers.‹provider›.models': 'As in `pricing.models`.' };

function rowsOf(key: string, schema: JsonSchema): Row[] {
  const forms = alternatives(schema);
  const own: Row = {
    key,
    type: [...new Set(forms.map(typeText))].join(' or '),
    unit: schema.unit ?? '',
    usual: schema.default === undefined ? '' : code(schema.default),
    description: describe(schema),
  };
  const elsewhere = toldElsewhere[key];
  if (elsewhere !== undefined) return [{ ...own, description: `${own.description} ${elsewhere}` }];
  const maps = new Set(forms.map((form) => JSON.stringify(form.properties)));
  // A list of what may stand alone as well is told by what stands alone.
  const told = forms.filter(
    ({ items }) => items?.properties === undefined || !maps.has(JSON.stringify(items.properties)),
  );
  return [own, ...told.flatMap((form) => below(key, form))];
}

function below(key: string, form: JsonSchema): Row[] {
  const { additionalProperties: each } = form;
  return [
    ...Object.entries(form.properties ?? {}).flatMap(([name, inner]) => rowsOf(`${key}.${name}`, inner)),
    ...(typeof each === 'object' ? eachOf(`${key}.‹${nameOf(form.propertyNames)}›`, each, form.propertyNames) : []),
    ...(form.items === undefined || isPlain(form.items)
      ? []
      : alternatives(form.items).flatMap((one) => below(`${key}[]`, one))),
  ];
}

/** What is said of the key is said of the entry, where it is not said of the entry itself. */
function eachOf(key: string, schema: JsonSchema, keys: JsonSchema | undefined): Row[] {
  const description = schema.description ?? keys?.description;
  return rowsOf(key, description === undefined ? schema : { ...schema, description });
}

function isPlain(schema: JsonSchema): boolean {
  return alternatives(schema).every(({ type }) => type !== 'object');
}

function nameOf(keys: JsonSchema | undefined): string {
  return keys?.refersTo?.replace('_', ' ') ?? (keys?.enum === undefined ? 'name' : keys.enum.map(String).join(', '));
}

function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  switch (schema.type) {
    case 'number':
    case 'integer':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${range(schema)}`;
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return '`null`';
    case 'array':
      return schema.items !== undefined && isPlain(schema.items)
        ? `list of ${[...new Set(alternatives(schema.items).map(typeText))].join(' or ')}`
        : 'list';
    default:
      return 'map';
  }
}

function range({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const least = minimum ?? exclusiveMinimum;
  const most = maximum === undefined || maximum > 1e14 ? undefined : maximum;
  if (least === undefined || most === undefined) return least === undefined ? '' : `, ${least} or more`;
  return `, ${exclusiveMinimum === undefined ? '' : 'more than '}${least} to ${most.toLocaleString('en')}`;
}

function describe({ description = '', examples = [] }: JsonSchema): string {
  const example = examples.length === 0 ? '' : ` Example: ${examples.map(code).join(', ')}.`;
  return `${description}${example}`.replaceAll('|', '\\|');
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** A file for each issue, as small as it can be. `user`: what the user's file says beside it, where that matters. */
export const issueExamples: Readonly<
  Record<
    Exclude<IssueCode, 'environment'>,
    { text: string; workspace?: { user: string; trusted: boolean }; shown?: string }
  >
> = {
  syntax: { text: 'tiers: [' },
  too_large: { text: `${'#'.repeat(80)}\n`.repeat(13_000), shown: 'more than a million characters' },
  too_deep: { text: `tiers: ${'['.repeat(60)}${']'.repeat(60)}`, shown: 'sixty times [' },
  alias: { text: 'limits: { global: *mine }' },
  duplicate_key: { text: 'strategy: budget\nstrategy: balanced' },
  unusable_key: { text: 'projects: { "": {} }' },
  number_form: { text: 'budget_per_day: 0o12' },
  no_value: { text: 'budget_per_day:' },
  unknown_key: { text: 'budget_per_dya: 5' },
  missing_key: { text: 'tiers: [{ icon: zap }]' },
  wrong_type: { text: 'budget_per_day: 1_000' },
  wrong_value: { text: 'budgets: { warning_threshold: 80 }' },
  unknown_time_zone: { text: 'timezone: Europe/Berln' },
  unknown_schedule: { text: 'usage: { aggregation: { schedule: daily } }' },
  unknown_tier: { text: 'pricing: { models: { opus: { tier: premum } } }' },
  unknown_provider: { text: 'fallback_providers: [antropic]' },
  unknown_model: { text: 'pricing: { models: { opsu: { tier: high } } }' },
  unknown_plan: { text: 'subscriptions: [{ id: mine, provider: claude, plan: claude-por }]' },
  unknown_date: { text: 'pricing: { last_updated: 2026-02-30 }' },
  duplicate_id: { text: 'tiers: [{ id: a }, { id: a }]' },
  overlapping_tiers: { text: 'tiers: [{ id: a, price_range_min: 20 }]' },
  empty_range: { text: 'tiers: [{ id: low, price_range_max: 0 }]' },
  unreachable_limit: { text: 'limits: { global: { max_cost_per_day: 50, max_cost_per_month: 20 } }' },
  lifted_limit: { text: 'budget_per_day: 20', workspace: { user: 'budget_per_day: 10', trusted: true } },
  untrusted: { text: 'strategy: budget', workspace: { user: '', trusted: false } },
  out_of_place: { text: 'project: my-arpg' },
  secret: {
    text: 'providers: { anthropic: { models: { sk-ant-0123456789abcdef: { tier: "sk-ant-0123456789abcdef" } } } }',
    shown: 'tier: sk-ant-…',
  },
};

export function issueOf(code: keyof typeof issueExamples): ConfigurationIssue | undefined {
  const { text, workspace } = issueExamples[code];
  const known = {
    providers: ['anthropic', 'openai', 'google', 'ollama'],
    isModel: (_provider: string | null, model: string) => model === 'opus',
  };
  const resolved =
    workspace === undefined
      ? resolveConfiguration({ user: text, known })
      : resolveConfiguration({ user: workspace.user, workspaces: [{ text, trusted: workspace.trusted }], known });
  const outcome = workspace === undefined ? resolved.user : resolved.workspaces[0];
  return outcome?.issues.find((issue) => issue.code === code);
}

export function issueTable(): string {
  const rows = (Object.keys(issueExamples) as (keyof typeof issueExamples)[]).map((code) => {
    const { text, shown, workspace } = issueExamples[code];
    const issue = issueOf(code);
    const example = (shown ?? text.replaceAll('\n', ' ⏎ ')).replaceAll('|', '\\|');
    const where = workspace === undefined ? '' : ` in a ${workspace.trusted ? '' : 'not yet trusted '}workspace`;
    return `| <a id="${code}"></a>\`${code}\` | ${issue?.severity ?? ''} | \`${example}\`${where} | ${issue?.message ?? ''} |`;
  });
  return ['| issue | severity | for example | what is said |', '|---|---|---|---|', ...rows].join('\n');
}
