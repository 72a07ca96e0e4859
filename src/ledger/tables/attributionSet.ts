/**
 * Everything about an event that repeats: who and what it was for, and how it was priced. Interned, so that an event
 * row and a roll-up row carry one small id (a row of table `attribution`, whose columns are ids of table `dictionary`).
 *
 * Owns the in-memory image of both tables. An id exists only once it is written; a rolled back transaction takes the
 * ids it gave back (`forgetSince`).
 */
import type { Database, Statement } from 'sql.js';
import { shareAttribution, type RatedEvent, type Rating } from '../../protocol/event';
import { dimensions, modifiers, pricings, type Modifier, type Pricing } from '../../protocol/vocabulary';
import { prepared } from './prepared';
import { asNumber, asText } from './sqlValues';

/** Columns of table `attribution`, in order: the dimensions, then how the event was priced. */
export const attributionFields = [...dimensions, 'modifiers', 'pricing', 'matchedModel', 'priceVersion'] as const;
export type AttributionField = (typeof attributionFields)[number];

const fieldCount = attributionFields.length;
const index = Object.fromEntries(attributionFields.map((field, place) => [field, place])) as Record<
  AttributionField,
  number
>;
const measureFields: ReadonlySet<AttributionField> = new Set([
  'provider',
  'model',
  'status',
  'modifiers',
  'pricing',
  'matchedModel',
  'priceVersion',
]);
const fromMeasure = attributionFields.map((field) => measureFields.has(field));

export function columnOf(field: AttributionField): string {
  return `"${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`;
}

export type AttributionValues = readonly (string | null)[];

export class AttributionSet {
  readonly values: AttributionValues;
  readonly key: string;
  readonly pricing: Pricing;
  /** Row of table `attribution`; 0: not written yet. */
  id = 0;

  constructor(values: AttributionValues, key: string) {
    this.values = values;
    this.key = key;
    this.pricing = pricings.find((known) => known === this.get('pricing')) ?? 'unpriced';
  }

  get(field: AttributionField): string | null {
    return this.values[index[field]] ?? null;
  }

  /** '' where it is not known. */
  text(field: AttributionField): string {
    return this.get(field) ?? '';
  }

  get modifiers(): Modifier[] {
    const text = this.get('modifiers');
    if (text === null) return [];
    const names = text.split(',');
    return modifiers.filter((modifier) => names.includes(modifier));
  }

  rating(costNanos: number | null): Rating {
    return {
      costNanos,
      pricing: this.pricing,
      matchedModel: this.get('matchedModel'),
      priceVersion: this.get('priceVersion'),
    };
  }

  /** Whether two events with equal numbers had the same price to pay. */
  sameMeasure(other: AttributionSet): boolean {
    return (
      this === other ||
      (['provider', 'model', 'status', 'modifiers'] as const).every((field) => this.get(field) === other.get(field))
    );
  }
}

function valuesOf(event: RatedEvent): AttributionValues {
  const { attribution, rating } = event;
  return [
    event.provider,
    event.model,
    event.source,
    attribution.project,
    attribution.agent,
    attribution.agentType,
    attribution.task,
    attribution.taskType,
    attribution.run,
    attribution.plan,
    attribution.session,
    attribution.user,
    attribution.team,
    attribution.tags,
    event.status,
    event.modifiers.length === 0 ? null : [...event.modifiers].sort().join(','),
    rating.pricing,
    rating.matchedModel,
    rating.priceVersion,
  ];
}

/** False says nothing. */
function surelyAlike(a: RatedEvent, b: RatedEvent): boolean {
  return (
    shareAttribution(a, b) &&
    a.rating.pricing === b.rating.pricing &&
    a.rating.matchedModel === b.rating.matchedModel &&
    a.rating.priceVersion === b.rating.priceVersion
  );
}

function sameValues(a: AttributionValues, b: AttributionValues): boolean {
  for (let place = 0; place < fieldCount; place += 1) if (a[place] !== b[place]) return false;
  return true;
}

/** Whatever its type says: a reader may hand over what a log has. */
function isTextOrNothing(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

/** Gives equal attributions one object. */
export class AttributionInterner {
  readonly #byKey = new Map<string, AttributionSet>();
  #last: AttributionSet | null = null;
  #lastEvent: { event: RatedEvent; attribution: AttributionSet } | null = null;

  ofEvent(event: RatedEvent): AttributionSet {
    if (this.#lastEvent !== null && surelyAlike(this.#lastEvent.event, event)) return this.#lastEvent.attribution;
    const values = valuesOf(event);
    if (!values.every(isTextOrNothing)) throw new RangeError('A usage event has a name that is not a text.');
    const attribution = this.of(values);
    this.#lastEvent = { event, attribution };
    return attribution;
  }

  of(values: AttributionValues): AttributionSet {
    if (this.#last !== null && sameValues(this.#last.values, values)) return this.#last;
    const key = JSON.stringify(values);
    let found = this.#byKey.get(key);
    if (found === undefined) {
      found = new AttributionSet(values, key);
      this.#byKey.set(key, found);
    }
    this.#last = found;
    return found;
  }

  /** Of which there is any. */
  sources(): string[] {
    return [...new Set([...this.#byKey.values()].map((one) => one.text('source')))];
  }

  /** The measure's fields of one, the attribution of the other. */
  combine(measure: AttributionSet, attribution: AttributionSet): AttributionSet {
    if (measure === attribution) return measure;
    return this.of(fromMeasure.map((own, place) => (own ? measure : attribution).values[place] ?? null));
  }

  withRating(attribution: AttributionSet, rating: Rating): AttributionSet {
    const values = [...attribution.values];
    values[index.pricing] = rating.pricing;
    values[index.matchedModel] = rating.matchedModel;
    values[index.priceVersion] = rating.priceVersion;
    return this.of(values);
  }
}

/** Those that are written have their ids. */
export class AttributionTable extends AttributionInterner {
  #byId: AttributionSet[] = [];
  #words: string[] = [];
  readonly #wordIds = new Map<string, number>();
  readonly #insertWord: () => Statement;
  readonly #insertRow: () => Statement;

  constructor(db: Database) {
    super();
    this.#insertWord = prepared(db, 'INSERT INTO dictionary(id, text) VALUES (?, ?)');
    this.#insertRow = prepared(db, `INSERT INTO attribution VALUES (?${', ?'.repeat(fieldCount)})`);
    const words = db.prepare('SELECT id, text FROM dictionary ORDER BY id');
    while (words.step()) {
      const [id, text] = words.get();
      this.#remember(asNumber(id), asText(text));
    }
    words.free();
    const rows = db.prepare('SELECT * FROM attribution ORDER BY id');
    while (rows.step()) {
      const [id, ...ids] = rows.get();
      const found = this.of(ids.map((word) => (word === null ? null : this.word(asNumber(word)))));
      found.id = asNumber(id);
      this.#byId[found.id - 1] = found;
    }
    rows.free();
  }

  byId(id: number): AttributionSet {
    const found = this.#byId[id - 1];
    if (found === undefined) throw new Error(`no attribution ${id}`);
    return found;
  }

  /** Of all that are written and match. */
  idsOf(matches: (attribution: AttributionSet) => boolean): number[] {
    return this.#byId.flatMap((one) => (matches(one) ? [one.id] : []));
  }

  /** Writes it if need be. Inside a transaction. */
  idOf(attribution: AttributionSet): number {
    if (attribution.id !== 0) return attribution.id;
    const id = this.#byId.length + 1;
    this.#insertRow().run([id, ...attribution.values.map((value) => (value === null ? null : this.#writeWord(value)))]);
    attribution.id = id;
    this.#byId.push(attribution);
    return id;
  }

  word(id: number): string {
    return this.#words[id - 1] ?? '';
  }

  wordId(text: string): number | undefined {
    return this.#wordIds.get(text);
  }

  mark(): { words: number; rows: number } {
    return { words: this.#words.length, rows: this.#byId.length };
  }

  forgetSince(mark: { words: number; rows: number }): void {
    for (const row of this.#byId.slice(mark.rows)) row.id = 0;
    this.#byId = this.#byId.slice(0, mark.rows);
    for (const word of this.#words.slice(mark.words)) this.#wordIds.delete(word);
    this.#words = this.#words.slice(0, mark.words);
  }

  #writeWord(text: string): number {
    const known = this.#wordIds.get(text);
    if (known !== undefined) return known;
    const id = this.#words.length + 1;
    this.#insertWord().run([id, text]);
    this.#remember(id, text);
    return id;
  }

  #remember(id: number, text: string): void {
    this.#words[id - 1] = text;
    this.#wordIds.set(text, id);
  }
}
