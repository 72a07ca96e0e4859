/** One window as a process of its own: hosts the engine's thread as an extension host does, and obeys the driver. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { TestEngine } from '../support/engine';
import { assertIsolated } from '../support/isolation.mjs';
import { TestClock } from '../support/testClock.mjs';
import type { FromWindow, Question, ToWindow, WindowBirth } from './messages';

assertIsolated(process.env);
const birth = JSON.parse(process.argv[2] ?? '') as WindowBirth;
const clock = TestClock.ahead(birth.clockAheadMs);

const engine = new TestEngine({
  dataDirectory: birth.dataDirectory,
  distDirectory: birth.distDirectory,
  withClock: path.join(birth.distDirectory, 'engineWithClock.js'),
  clock,
  environment: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ''])),
});
engine.log.push = (...lines) => {
  for (const line of lines) {
    appendFileSync(birth.logFile, `${clock.iso()} ${line}\n`);
    if (line.startsWith('error crashed')) tell({ kind: 'trouble', message: line });
  }
  return 0;
};
process.on('warning', (warning) => tell({ kind: 'trouble', message: String(warning) }));
process.on('disconnect', () => process.exit());
process.on('message', (message: ToWindow) => {
  if (message.question === null) {
    clock.putAhead(message.clockAheadMs);
    return;
  }
  const { id } = message;
  answer(message.question).then(
    (value) => tell({ kind: 'answer', id, value }),
    (error: unknown) => tell({ kind: 'failed', id, message: String(error) }),
  );
});
// Never content, so it sees every snapshot.
void engine.until(
  ({ day, today, problems, ledgerOpen, ledgerEvents }) => {
    tell({ kind: 'meter', meter: { day, today, problems, ledgerOpen, ledgerEvents } });
    return false;
  },
  2 ** 31 - 1,
);

function answer(question: Question): Promise<unknown> {
  switch (question.kind) {
    case 'api':
      return engine.api(question.command, question.argument);
    case 'refresh':
      return engine.refresh().then(() => null);
    case 'shutdown':
      return engine.shutdown();
  }
}

function tell(message: FromWindow): void {
  if (process.connected) process.send?.(message);
}
