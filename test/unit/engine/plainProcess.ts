/** A process with neither a window nor a worker thread that is part of a ledger, and answers its parent what it is asked. */
import { Member, type MemberOptions } from '../../../src/engine/leadership/member';
import type { WorkspaceLayer } from '../../../src/protocol/layers';
import type { ApiCall } from '../../../src/protocol/rpc';

export interface PlainBirth {
  dataDirectory: string;
  wasmPath: string;
  readerPath: string;
  nowMs: number;
  workspaces: WorkspaceLayer[];
}

export type FromPlain = { kind: 'log'; message: string } | { kind: 'answer'; answer: unknown } | { kind: 'shown' };

export const birth = JSON.parse(process.argv[2] ?? '') as PlainBirth;
export const now = (): number => birth.nowMs;
export const log: MemberOptions['log'] = (_, message) => tell({ kind: 'log', message });

export function takePart(makeLead: MemberOptions['makeLead']): void {
  const member = new Member({
    dataDirectory: birth.dataDirectory,
    caller: {
      kind: 'program',
      window: `program-${process.pid}`,
      sessionStartMs: birth.nowMs,
      timezone: 'UTC',
      workspaces: birth.workspaces,
      environment: {},
    },
    version: { snapshot: 7, product: '0.1.0' },
    makeLead,
    now,
    log,
  });
  member.onDidShow(() => tell({ kind: 'shown' }));
  process.on('message', (call: ApiCall | null) => {
    if (call === null) void member.dispose().then(() => process.exit());
    else void member.api(call).then((answer) => tell({ kind: 'answer', answer }));
  });
}

function tell(message: FromPlain): void {
  process.send?.(message);
}
