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
} from '../protocol/api';
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
}

/** What `vscode.extensions.getExtension<AgentMeterApi>('agent-meter.agent-meter')?.activate()` resolves to. */
export interface AgentMeterApi {
  readonly v1: AgentMeterV1;
}

/** Asks the engine, which validates the argument; its value has the type that belongs to the command. */
export interface ApiBackend {
  call(command: ApiCommand, argument: unknown): Promise<ApiResult<unknown>>;
}

function handler<C extends ApiCommand>(
  backend: ApiBackend,
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

export function createApiHandlers(backend: ApiBackend): ApiHandlers {
  return {
    report: handler(backend, 'report'),
    status: handler(backend, 'status'),
    usage: handler(backend, 'usage'),
    reportQuota: handler(backend, 'reportQuota'),
  };
}

export function createApi({ report, status, usage, reportQuota }: ApiHandlers): AgentMeterApi {
  return Object.freeze({ v1: Object.freeze({ report, status, usage, reportQuota }) });
}
