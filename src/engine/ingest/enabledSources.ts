import type { EngineSettings } from '../../protocol/rpc';
import type { SourceId } from '../../protocol/vocabulary';

/** Whose logs the user wants to be read. */
export function enabledSources(settings: EngineSettings): SourceId[] {
  return settings.claudeCode ? ['claude-code'] : [];
}
