/** What other extensions get: the commands' handlers, and the typed object over them that `activate` returns. */
import type { ApiHandlers } from '../contributions';
import type {
  ApiCommand,
  ApiResult,
  ApiValues,
  Report,
  ReportQuota,
  ReportQuotaValue,
  ReportValue,
  StatusRequest,
  StatusValue,
  UsageRequest,
  UsageValue,
} from '../protocol/api/api';
import type {
  AlertRequest,
  AuditRequest,
  AuthorizeRequest,
  BudgetEvent,
  EndRunRequest,
  OverrideRequest,
  PlanStatusRequest,
  QueueRequest,
  ReleaseRequest,
  StartRunRequest,
} from '../protocol/api/budgetApi';
import type {
  AuditValue,
  BudgetApiValues,
  Decision,
  PlanStatus,
  QueueValue,
  RunTotals,
} from '../protocol/api/budgetAnswers';
import { jsonClone } from './jsonClone';

/** Version 1. No method throws or rejects: each answers `{ ok: true, value }` or `{ ok: false, error }`. */
export interface AgentMeterV1 {
  /**
   * Records one call of a language model, or a list of calls, all or none. Answers when they are durable on disk.
   * `id` is the idempotency key: a call that is reported again is a duplicate and counts once.
   */
  report(reports: Report | readonly Report[]): Promise<ApiResult<ReportValue>>;
  /** What today, this month and this window's session have cost so far. */
  status(request?: StatusRequest): Promise<ApiResult<StatusValue>>;
  /** What a period has cost, in total and by up to six groupings. */
  usage(request: UsageRequest): Promise<ApiResult<UsageValue>>;
  /** Records what a provider says is used of a quota. It is shown beside what is counted, and wins while it is fresh. */
  reportQuota(quota: ReportQuota): Promise<ApiResult<ReportQuotaValue>>;
  /**
   * Asks before a call. What is granted holds its estimate in every budget until the call is reported with its
   * `reservation`, released, or the reservation expires.
   */
  authorize(request: AuthorizeRequest): Promise<ApiResult<Decision>>;
  /** Gives back a reservation whose call will not be made. */
  release(request: ReleaseRequest): Promise<ApiResult<{ released: boolean }>>;
  /** Begins a run, or says why not, or where in the queue it stands; asked again, what has become of it. */
  startRun(request: StartRunRequest): Promise<ApiResult<Decision>>;
  /** Ends a run and says what it came to. */
  endRun(request: EndRunRequest): Promise<ApiResult<RunTotals>>;
  /** What a plan has cost, what it has left, and which budgets it used up. */
  planStatus(request: PlanStatusRequest): Promise<ApiResult<PlanStatus>>;
  /** Lifts a budget by an amount or until an instant; the audit trail keeps the reason. */
  override(request: OverrideRequest): Promise<ApiResult<BudgetApiValues['override']>>;
  /** Acknowledges, snoozes or silences an alert of `status`. */
  alert(request: AlertRequest): Promise<ApiResult<{ done: boolean }>>;
  /** Who waits for a limit; with `cancel`, not any more. */
  queue(request?: QueueRequest): Promise<ApiResult<QueueValue>>;
  /** The audit trail, and whether it is whole. */
  audit(request?: AuditRequest): Promise<ApiResult<AuditValue>>;
  /** The turn of something queued has come: ask again with its ticket, or its run. */
  readonly onDidReachTurn: ApiEvent<'turn'>;
  /** A run has used up what it may: stop it. */
  readonly onDidTerminateRun: ApiEvent<'terminated'>;
  readonly onDidExhaustBudget: ApiEvent<'exhausted'>;
}

/** Calls the listener from now on, until it is disposed. */
export type ApiEvent<K extends BudgetEvent['kind']> = (
  listener: (event: Extract<BudgetEvent, { kind: K }>) => void,
) => { dispose(): void };

/** What `vscode.extensions.getExtension<AgentMeterApi>('agent-meter.agent-meter')?.activate()` resolves to. */
export interface AgentMeterApi {
  readonly v1: AgentMeterV1;
}

/** Asks the engine, which validates the argument; its value has the type that belongs to the command. */
export interface ApiBackend {
  call(command: ApiCommand, argument: unknown): Promise<ApiResult<unknown>>;
  readonly onDidHappen: (listener: (event: BudgetEvent) => void) => { dispose(): void };
}

function handler<C extends ApiCommand>(
  backend: Pick<ApiBackend, 'call'>,
  command: C,
): (argument?: unknown) => Promise<ApiResult<ApiValues[C]>> {
  return async (argument) => {
    try {
      const cloned = jsonClone(argument);
      if (!cloned.ok) {
        const message = 'The argument is not plain JSON.';
        return { ok: false, error: { code: 'invalid_request', message, issues: cloned.issues } };
      }
      return (await backend.call(command, cloned.value)) as ApiResult<ApiValues[C]>;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, error: { code: 'internal', message } };
    }
  };
}

export function createApiHandlers(backend: Pick<ApiBackend, 'call'>): ApiHandlers {
  return {
    report: handler(backend, 'report'),
    status: handler(backend, 'status'),
    usage: handler(backend, 'usage'),
    reportQuota: handler(backend, 'reportQuota'),
    authorize: handler(backend, 'authorize'),
    release: handler(backend, 'release'),
    startRun: handler(backend, 'startRun'),
    endRun: handler(backend, 'endRun'),
    planStatus: handler(backend, 'planStatus'),
    override: handler(backend, 'override'),
    alert: handler(backend, 'alert'),
    queue: handler(backend, 'queue'),
    audit: handler(backend, 'audit'),
  };
}

function eventOf<K extends BudgetEvent['kind']>(backend: Pick<ApiBackend, 'onDidHappen'>, kind: K): ApiEvent<K> {
  const isOfKind = (event: BudgetEvent): event is Extract<BudgetEvent, { kind: K }> => event.kind === kind;
  return (listener) =>
    backend.onDidHappen((event) => {
      if (isOfKind(event)) listener(event);
    });
}

export function createApi(handlers: ApiHandlers, backend: Pick<ApiBackend, 'onDidHappen'>): AgentMeterApi {
  const v1: AgentMeterV1 = {
    ...handlers,
    onDidReachTurn: eventOf(backend, 'turn'),
    onDidTerminateRun: eventOf(backend, 'terminated'),
    onDidExhaustBudget: eventOf(backend, 'exhausted'),
  };
  return Object.freeze({ v1: Object.freeze(v1) });
}
