/**
 * What the FOCUS specification, version 1.2, says of the columns that a dataset of usage charges needs, from its
 * "Columns" and "Attributes" chapters: names, types, required or not, nullable or not, allowed values.
 */

export type FocusType = 'decimal' | 'string' | 'instant' | 'json';

export interface FocusColumn {
  type: FocusType;
  level: 'mandatory' | 'conditional' | 'recommended';
  nullable: boolean;
  allowed?: readonly string[];
}

const column = (
  type: FocusType,
  level: FocusColumn['level'],
  nullable: boolean,
  allowed?: readonly string[],
): FocusColumn => ({ type, level, nullable, ...(allowed !== undefined && { allowed }) });

export const focusColumns: Readonly<Record<string, FocusColumn>> = {
  BilledCost: column('decimal', 'mandatory', false),
  BillingAccountId: column('string', 'mandatory', false),
  BillingAccountName: column('string', 'mandatory', true),
  BillingCurrency: column('string', 'mandatory', false),
  BillingPeriodEnd: column('instant', 'mandatory', false),
  BillingPeriodStart: column('instant', 'mandatory', false),
  ChargeCategory: column('string', 'mandatory', false, ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment']),
  ChargeClass: column('string', 'mandatory', true, ['Correction']),
  ChargeDescription: column('string', 'mandatory', true),
  ChargeFrequency: column('string', 'recommended', false, ['One-Time', 'Recurring', 'Usage-Based']),
  ChargePeriodEnd: column('instant', 'mandatory', false),
  ChargePeriodStart: column('instant', 'mandatory', false),
  ConsumedQuantity: column('decimal', 'conditional', true),
  ConsumedUnit: column('string', 'conditional', true),
  ContractedCost: column('decimal', 'mandatory', false),
  EffectiveCost: column('decimal', 'mandatory', false),
  InvoiceIssuerName: column('string', 'mandatory', false),
  ListCost: column('decimal', 'mandatory', false),
  PricingCategory: column('string', 'conditional', true, ['Standard', 'Dynamic', 'Committed', 'Other']),
  PricingQuantity: column('decimal', 'mandatory', true),
  PricingUnit: column('string', 'mandatory', true),
  ProviderName: column('string', 'mandatory', false),
  PublisherName: column('string', 'mandatory', false),
  ResourceId: column('string', 'conditional', true),
  ResourceName: column('string', 'conditional', true),
  ResourceType: column('string', 'conditional', true),
  ServiceCategory: column('string', 'mandatory', false, ['AI and Machine Learning']),
  ServiceName: column('string', 'mandatory', false),
  ServiceSubcategory: column('string', 'recommended', false, [
    'AI Platforms',
    'Bots',
    'Generative AI',
    'Machine Learning',
    'Natural Language Processing',
    'Other (AI and Machine Learning)',
  ]),
  SkuId: column('string', 'conditional', true),
  SkuMeter: column('string', 'conditional', true),
  Tags: column('json', 'conditional', true),
};

/** Numbers: no sign for positive ones, one point at most, no other mark, `mEn` allowed. Instants: UTC, to the second. */
const formats: Readonly<Record<FocusType, RegExp>> = {
  decimal: /^-?\d+(?:\.\d+)?(?:E-?\d+)?$/,
  instant: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  string: /^[^]+$/,
  json: /^\{.*\}$/s,
};

/** Everything a file breaks, in words; nothing when it conforms. */
export function focusViolations(rows: readonly Readonly<Record<string, string>>[], heads: readonly string[]): string[] {
  const found = new Set<string>();
  for (const [name, { level }] of Object.entries(focusColumns)) {
    if (level === 'mandatory' && !heads.includes(name)) found.add(`${name} is missing`);
  }
  const firstCustom = heads.findIndex((name) => name.startsWith('x_'));
  heads.forEach((name, place) => {
    const custom = name.startsWith('x_');
    if (!custom && focusColumns[name] === undefined) found.add(`${name} is no column of FOCUS and lacks x_`);
    if (!custom && firstCustom >= 0 && place > firstCustom) found.add(`${name} is behind a custom column`);
    if (!/^(?:x_)?[A-Z][A-Za-z0-9]{0,49}$/.test(name)) found.add(`${name} is not in Pascal case`);
  });
  for (const row of rows) {
    for (const [name, rule] of Object.entries(focusColumns)) {
      const value = row[name];
      if (value === undefined) continue;
      if (value === '') {
        if (!rule.nullable) found.add(`${name} is empty`);
        continue;
      }
      if (!formats[rule.type].test(value)) found.add(`${name} is no ${rule.type}: ${value}`);
      if (rule.allowed !== undefined && !rule.allowed.includes(value)) found.add(`${name} may not be ${value}`);
      if (rule.type === 'json' && Object.values(JSON.parse(value) as object).some((one) => typeof one === 'object'))
        found.add(`${name} holds more than keys and values`);
    }
    // A usage charge that is no correction.
    for (const name of ['PricingQuantity', 'PricingCategory', 'ConsumedQuantity', 'SkuId']) {
      if (row['ChargeCategory'] === 'Usage' && row['ChargeClass'] === '' && row[name] === '')
        found.add(`${name} is empty`);
    }
    for (const [quantity, unit] of [
      ['PricingQuantity', 'PricingUnit'],
      ['ConsumedQuantity', 'ConsumedUnit'],
    ] as const) {
      if ((row[quantity] === '') !== (row[unit] === '')) found.add(`${quantity} and ${unit} are not empty together`);
    }
    if ((row['ChargePeriodStart'] ?? '') >= (row['ChargePeriodEnd'] ?? '')) found.add('a charge ends before it begins');
    if ((row['BillingPeriodStart'] ?? '') > (row['ChargePeriodStart'] ?? '')) found.add('a charge precedes its bill');
    if ((row['BillingPeriodEnd'] ?? '') <= (row['ChargePeriodStart'] ?? '')) found.add('a charge is behind its bill');
    if (!/^[A-Z]{3}$/.test(row['BillingCurrency'] ?? '')) found.add('BillingCurrency is no ISO 4217 code');
  }
  return [...found];
}
