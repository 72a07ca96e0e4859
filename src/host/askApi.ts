/** The engine's answer to a command of the palette, whose failures are shown to the user: an error in the engine's words. */
import type { ApiCommand, ApiResult, ApiValues } from '../protocol/api';

export type AskApi = <C extends ApiCommand>(command: C, argument: unknown) => Promise<ApiValues[C]>;

export function askApi(call: (command: ApiCommand, argument: unknown) => Promise<ApiResult<unknown>>): AskApi {
  return async <C extends ApiCommand>(command: C, argument: unknown) => {
    const result = (await call(command, argument)) as ApiResult<ApiValues[C]>;
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  };
}
