/** Every agent whose logs are read. */
import { claudeCode } from './claudeCode/source';
import type { Source } from './source';

export const sources: readonly Source[] = [claudeCode];
