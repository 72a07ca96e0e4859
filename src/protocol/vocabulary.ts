/**
 * The words and numbers that every side shares: closed sets of ids, bounds, versions. No schemas: a window needs some of them before it
 * is painted.
 */

export const callStatuses = ['ok', 'error', 'retry'] as const;
export type CallStatus = (typeof callStatuses)[number];

/**
 * How an event got its cost. `reported`: a trusted source said so. `rated`: tokens times a dated price of this model.
 * `estimated`: tokens times the provider's default price, or estimated tokens. `unpriced`: no price is known.
 */
export const pricings = ['reported', 'rated', 'estimated', 'unpriced'] as const;
export type Pricing = (typeof pricings)[number];

/**
 * Who told us about an event: an agent's logs (`claude-code`), or the command API (`api`). An open set: the list of sources knows
 * its own, a ledger may hold those of another version.
 */
export type SourceId = string;

/** By source; a source that is not named is read. */
export type SourceSwitches = Readonly<Record<SourceId, boolean>>;

/** Attributes of a call that change its price (agent-reported service tiers and surcharges). */
export const modifiers = ['fast', 'priority', 'flex', 'batch', 'us-inference'] as const;
export type Modifier = (typeof modifiers)[number];

export const calendarUnits = ['day', 'week', 'month'] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

export const namedPeriods = ['today', 'yesterday', 'week', 'last_week', 'month', 'last_month', 'session'] as const;
export type NamedPeriod = (typeof namedPeriods)[number];

const askedFor = [
  'provider',
  'model',
  'source',
  'project',
  'agent',
  'agentType',
  'task',
  'taskType',
  'run',
  'plan',
  'session',
  'user',
  'team',
] as const;

/** Dimensions stored with each event, in the order of the ledger's columns. */
export const dimensions = [...askedFor, 'tags', 'status'] as const;
export type Dimension = (typeof dimensions)[number];

/** What `filter` can name; `tier` is derived from the model's price. */
export const filterKeys = [...askedFor, 'status', 'tier'] as const;
export type FilterKey = (typeof filterKeys)[number];

/** What `agentMeter.v1.usage` can group by. */
export const groupings = [...calendarUnits, ...filterKeys] as const;
export type Grouping = (typeof groupings)[number];

/** Of the snapshot's shape: whoever keeps one keeps this with it. */
export const snapshotVersion = 7;

/** How much of workspaces' configurations is read. In characters: what a window sends is read on the thread that answers all. */
export const longestWorkspaceText = 131_072;
/** Of all folders of a window. */
export const mostWorkspaceText = 524_288;
/** Folders whose files are looked for. */
export const mostWorkspaces = 100;

/** Where the price package's keepers publish their list. */
export const publicPriceList =
  'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';

export const priceUpdateModes = ['off', 'daily'] as const;
export type PriceUpdateMode = (typeof priceUpdateModes)[number];
