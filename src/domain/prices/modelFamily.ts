/**
 * Families of models: which known model is the nearest kin of one that no list knows. A family is the words of a name without its
 * version (`claude haiku`, `gpt mini`, `gemini flash lite`); the kin is the nearest version of the same family. Pure: no money.
 * A word that says how big a model is decides its price: kin of another size is no kin, a Sonnet never stands in for a Haiku.
 */
import { modelCandidates, type ModelCandidate } from './modelId';

export interface ModelName {
  /** All that tell families apart, sorted. The first of the name is its maker's: `claude`, `gpt`. */
  words: readonly string[];
  stem: string;
  /** Manners of one model, which cost the same as a rule: `preview`, `thinking`. */
  manners: readonly string[];
  /** 4.8 of `claude-opus-4-8`. */
  version: number | null;
  /** 2512 of `mistral-large-2512`: year and month, or month and day. */
  release: number | null;
}

export interface Kin {
  id: string;
  /** The form of the model's name that it is the kin of, with the modifiers that the name carries beside. */
  candidate: ModelCandidate;
}

const mannerWords = new Set([
  'beta',
  'chat',
  'exp',
  'experimental',
  'high',
  'instruct',
  'it',
  'latest',
  'low',
  'minimal',
  'next',
  'non',
  'preview',
  'reasoning',
  'stable',
  'thinking',
  'v',
  'xhigh',
]);

const sizeWords = new Set([
  'air',
  'airx',
  'argon',
  'astra',
  'carbon',
  'code',
  'codex',
  'fable',
  'fast',
  'flash',
  'flashx',
  'haiku',
  'heavy',
  'highspeed',
  'hydrogen',
  'instant',
  'large',
  'lite',
  'long',
  'luna',
  'max',
  'medium',
  'micro',
  'mini',
  'mythos',
  'nano',
  'neon',
  'opus',
  'plus',
  'pro',
  'small',
  'sol',
  'sonnet',
  'spark',
  'terra',
  'tiny',
  'turbo',
  'ultra',
  'ultrafast',
]);

/** What a model is for, where that has a price of its own. */
const kindWords = new Set([
  'audio',
  'coder',
  'embedding',
  'image',
  'live',
  'ocr',
  'omni',
  'realtime',
  'search',
  'transcribe',
  'tts',
  'vision',
  'vl',
]);

/** `70b`, `a3b`, `16x17b`, `128e`, `32k`: how many parameters, experts or tokens. */
const countWord = /^a?\d+(?:x\d+)?[bekm]$/;

/** Whether a name says how big its model is, so that an everyday price can't stand in for its own. */
export function saysSize(model: string): boolean {
  return modelCandidates(model).some(({ id }) => nameOf(id).words.some(isSize));
}

function isSize(word: string): boolean {
  return sizeWords.has(word) || countWord.test(word);
}

export function nameOf(id: string): ModelName {
  const words: string[] = [];
  const manners: string[] = [];
  const versions: number[] = [];
  let release: number | null = null;
  const addWord = (word: string): void => {
    if (mannerWords.has(word) && words.length > 0) manners.push(word);
    else if (word !== '' && !words.includes(word)) words.push(word);
  };
  const addNumber = (digits: string): void => {
    if (/^\d{4,}$/.test(digits)) release ??= Number(digits);
    else if (versions.length === 0 && digits.includes('.')) versions.push(...digits.split('.').map(Number));
    else if (versions.length < 2) versions.push(Number(digits));
  };
  const parts = id
    .toLowerCase()
    .replace(/^regional\./, '')
    .replaceAll(/\.(?!\d)|(?<!\d)\./g, '-')
    .split(/[^a-z\d.]+/);
  for (const part of parts) {
    const pieces = countWord.test(part) ? [part] : (part.match(/[a-z]+|\d+(?:\.\d+)?/g) ?? []);
    for (const piece of pieces) {
      if (/^\d[\d.]*$/.test(piece)) addNumber(piece);
      else addWord(piece);
    }
  }
  const [major, minor = 0] = versions;
  return {
    stem: words[0] ?? '',
    words: words.toSorted(),
    manners: manners.toSorted(),
    version: major === undefined ? null : Number(`${major}.${minor}`),
    release,
  };
}

/**
 * The kin of a model among `known`, the nearest first. Those of its very family go before; without any, those whose family is
 * its own but for words that say nothing of size or kind (`gpt-7-codex-desktop` is of the family of `gpt-6-codex`).
 */
export function kinOf(model: string, known: readonly string[]): Kin[] {
  const named = known.map((id) => ({ id, name: nameOf(id) }));
  const candidates = modelCandidates(model).map((candidate) => ({ candidate, name: nameOf(candidate.id) }));
  for (const isKin of [sameFamily, widerFamily]) {
    for (const { candidate, name } of candidates) {
      const kin = named.filter((other) => isKin(name, other.name));
      if (kin.length > 0) {
        const most = Math.max(...kin.map((other) => other.name.words.length));
        return kin
          .filter((other) => other.name.words.length === most)
          .toSorted((a, b) => nearer(name, a, b))
          .map(({ id }) => ({ id, candidate }));
      }
    }
  }
  return [];
}

function sameFamily(name: ModelName, other: ModelName): boolean {
  return (
    name.stem === other.stem &&
    name.words.length === other.words.length &&
    name.words.every((word, place) => word === other.words[place])
  );
}

function widerFamily(name: ModelName, other: ModelName): boolean {
  return (
    name.stem === other.stem &&
    other.words.length > 1 &&
    other.words.every((word) => name.words.includes(word)) &&
    name.words.every((word) => other.words.includes(word) || !(isSize(word) || kindWords.has(word)))
  );
}

interface Named {
  id: string;
  name: ModelName;
}

/** By version, then the newer, then by manner, then the plainer name. */
function nearer(name: ModelName, a: Named, b: Named): number {
  return (
    distance(name.version, a.name.version) - distance(name.version, b.name.version) ||
    (b.name.version ?? 0) - (a.name.version ?? 0) ||
    mannersApart(name, a.name) - mannersApart(name, b.name) ||
    (b.name.release ?? 0) - (a.name.release ?? 0) ||
    a.id.length - b.id.length ||
    (a.id < b.id ? -1 : 1)
  );
}

/** A name without a version is that of the newest. */
function distance(version: number | null, other: number | null): number {
  const newest = 1_000;
  return Math.round(Math.abs((version ?? newest) - (other ?? newest)) * 1_000);
}

function mannersApart(name: ModelName, other: ModelName): number {
  const apart = (from: ModelName, to: ModelName) => from.manners.filter((word) => !to.manners.includes(word)).length;
  return apart(name, other) + apart(other, name);
}
