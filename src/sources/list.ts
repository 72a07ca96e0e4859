/** Every agent whose logs are read. */
import { claudeCode } from './claudeCode/source';
import type { LineSource } from './source';

export const sources: readonly LineSource[] = [claudeCode];
