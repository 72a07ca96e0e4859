/** In place of src/sources/list.ts: its lines, and one for each made-up agent. */
import { claudeCode } from '../../../../src/sources/claudeCode/source';
import type { Source } from '../../../../src/sources/source';
import { madeUpDatabase } from './database';
import { madeUpDocument } from './document';
import { madeUpLines } from './lines';

export const sources: readonly Source[] = [claudeCode, madeUpLines, madeUpDocument, madeUpDatabase];
