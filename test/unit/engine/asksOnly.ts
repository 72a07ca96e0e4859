/** Run by plainProcess.test.ts: knows of the lead only how it is asked. */
import { takePart } from './plainProcess';

takePart(null);
