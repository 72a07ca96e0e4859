/** The driver's hold on one window's process. Only this process is ever signalled, by its id, while it is ours. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ApiCommand, ApiResult, ApiValues } from '../../src/protocol/api/api';
import { assertIsolated } from '../support/isolation.mjs';
import type { FromWindow, Meter, Question, ToWindow, WindowBirth } from './messages';

/** The process ended before it answered: the call had its effect or not. */
export class WindowGone extends Error {}

export interface WindowOptions {
  dataDirectory: string;
  distDirectory: string;
  logFile: string;
  environment: Record<string, string>;
  clockAheadMs: number;
  onTrouble: (message: string) => void;
  onMeter: () => void;
}

const running = new Set<WindowProcess>();
process.on('exit', () => {
  for (const window of running) window.signal('SIGKILL');
});

export class WindowProcess {
  meter: Meter | null = null;
  suspended = false;
  /** From the moment it was told to go. */
  leaving = false;
  readonly ended: Promise<unknown>;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private asked = 0;

  constructor(private readonly options: WindowOptions) {
    const { dataDirectory, distDirectory, logFile, clockAheadMs } = options;
    const env = options.environment;
    assertIsolated(env);
    const birth: WindowBirth = { dataDirectory, distDirectory, logFile, clockAheadMs };
    this.child = fork(path.join(distDirectory, 'window.js'), [JSON.stringify(birth)], {
      env,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.add(this);
    this.child.on('message', (message: FromWindow) => this.receive(message));
    this.child.on('error', () => undefined);
    this.ended = once(this.child, 'exit').finally(() => {
      running.delete(this);
      for (const { reject } of this.waiting.values()) reject(new WindowGone('the window has gone'));
      this.waiting.clear();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get alive(): boolean {
    return running.has(this) && !this.leaving;
  }

  /** Alive, and able to answer. */
  get awake(): boolean {
    return this.alive && !this.suspended;
  }

  api<C extends ApiCommand>(command: C, argument?: unknown): Promise<ApiResult<ApiValues[C]>> {
    return this.ask({ kind: 'api', command, argument }) as Promise<ApiResult<ApiValues[C]>>;
  }

  async refresh(): Promise<void> {
    await this.ask({ kind: 'refresh' });
  }

  setClock(clockAheadMs: number): void {
    this.send({ id: 0, question: null, clockAheadMs });
  }

  async kill(): Promise<void> {
    this.leaving = true;
    this.signal('SIGKILL');
    await this.ended;
  }

  /** As when a user closes the window: asks, and waits no longer than an editor would. */
  async close(): Promise<void> {
    this.leaving = true;
    await Promise.race([
      this.ask({ kind: 'shutdown' }).catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, 5_000).unref()),
    ]);
    this.signal('SIGKILL');
    await this.ended;
  }

  suspend(): void {
    this.suspended = true;
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
    this.suspended = false;
  }

  signal(signal: NodeJS.Signals): void {
    if (running.has(this)) this.child.kill(signal);
  }

  private ask(question: Question): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.asked;
      if (!running.has(this)) reject(new WindowGone('the window has gone'));
      this.waiting.set(id, { resolve, reject });
      this.send({ id, question });
    });
  }

  private send(message: ToWindow): void {
    if (this.child.connected) this.child.send(message, () => undefined);
  }

  private receive(message: FromWindow): void {
    switch (message.kind) {
      case 'answer':
        this.waiting.get(message.id)?.resolve(message.value);
        this.waiting.delete(message.id);
        break;
      case 'failed':
        this.waiting.get(message.id)?.reject(new Error(message.message));
        this.waiting.delete(message.id);
        break;
      case 'meter':
        this.meter = message.meter;
        this.options.onMeter();
        break;
      case 'trouble':
        this.options.onTrouble(message.message);
        break;
    }
  }
}
