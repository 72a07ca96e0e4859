/**
 * Before the engine has loaded anything, a glance at the disk: where ledger, configuration, settings and every log are as the
 * last lead left them, its picture is still right, and the window has it a tenth of a second before there is an engine. It
 * is only ever the first picture: the engine takes its own as soon as it can.
 */
import type { MeterSnapshot } from '../../protocol/snapshot';
import { sources } from '../../sources/list';
import { isChanged } from '../../sources/reading/readFile';
import { fileHash } from '../../sources/reading/walk';
import type { LineSource } from '../../sources/source';
import type { ReaderBirth } from '../reader/messages';
import { walkOf } from '../reader/walkOf';
import { fileStamp } from '../fileStamp';
import { ledgerStamp, readKeptPicture, type KeptPicture, type ReadCursor } from './keptPicture';

/** What the engine that looks is born with. */
export interface Present {
  dataDirectory: string;
  configFile: string;
  /** As `settingsKey` has them. */
  settings: string;
  /** IANA; empty for this machine's. */
  timezone: string;
  sessionStartMs: number;
  /** The version of the built-in prices. */
  prices: string;
  reader: Pick<ReaderBirth, 'environment' | 'platform' | 'enabled'>;
}

/** `null`: something has changed, or can't be looked at. */
export function glance(present: Present, nowMs: number): MeterSnapshot | null {
  try {
    const kept = readKeptPicture(present.dataDirectory);
    if (kept === null || !isStillRight(kept, present, nowMs)) return null;
    const states = statesOf(kept, present.reader);
    return states === null
      ? null
      : { ...kept.picture, asOfMs: nowMs, burn: null, sources: states, session: newSession(kept, present) };
  } catch {
    // What was kept is no such picture, or is gone, or a folder can't be read: the engine will say what matters of it.
    return null;
  }
}

function isStillRight(kept: KeptPicture, present: Present, nowMs: number): boolean {
  const { picture } = kept;
  return (
    kept.prices === present.prices &&
    kept.settings === present.settings &&
    kept.zone === (present.timezone || Intl.DateTimeFormat().resolvedOptions().timeZone) &&
    // A clock set back makes nothing of it right.
    picture.asOfMs <= present.sessionStartMs &&
    picture.asOfMs <= nowMs &&
    nowMs < picture.day.endMs &&
    picture.limits.every(({ resetsAtMs }) => resetsAtMs !== null && nowMs < resetsAtMs) &&
    kept.configuration === fileStamp(present.configFile) &&
    kept.ledger === ledgerStamp(present.dataDirectory)
  );
}

/** Nothing was used since the last lead closed, and so not in this session. */
function newSession({ picture }: KeptPicture, { sessionStartMs }: Present): MeterSnapshot['session'] {
  const tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };
  return { ...picture.session, startMs: sessionStartMs, total: { costUsd: 0, tokens, events: 0, unpricedEvents: 0 } };
}

/** `null`: a log is not as it was when it was read. */
function statesOf({ picture, cursors }: KeptPicture, reader: Present['reader']): MeterSnapshot['sources'] | null {
  const known = new Map(cursors.map((cursor) => [cursor.file, cursor]));
  const states: MeterSnapshot['sources'] = [];
  for (const source of sources) {
    const before = picture.sources.find(({ id }) => id === source.id);
    const state = stateOf(source, reader, known);
    if (before === undefined || state === null) return null;
    states.push({ ...before, ...state });
  }
  return states;
}

function stateOf(
  source: LineSource,
  { environment, platform, enabled }: Present['reader'],
  cursors: ReadonlyMap<string, ReadCursor>,
): { state: 'disabled' | 'absent' | 'watching'; files: number } | null {
  if (!enabled.includes(source.id)) return { state: 'disabled', files: 0 };
  const walk = walkOf(source, { variables: environment, platform }, () => undefined);
  walk.all();
  if (walk.problems.size + walk.omissions.length > 0 || walk.readable < walk.present) return null;
  for (const file of walk.files.values()) if (isChanged(file, cursors.get(fileHash(file.path)))) return null;
  return { state: walk.present === 0 ? 'absent' : 'watching', files: walk.files.size };
}
