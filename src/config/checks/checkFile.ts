/** Checks of meaning that one file answers by itself. Adding one is one function and one line in the list. */
import type { Finding } from '../issue';
import type { CheckedFile, FileCheck } from './check';
import { duplicateIds } from './duplicateIds';
import { incompletePrices } from './incompletePrices';
import { nothingThere } from './nothingThere';
import { secrets } from './secrets';
import { tierRanges } from './tierRanges';
import { unknownNames } from './unknownNames';

const checks: readonly FileCheck[] = [nothingThere, unknownNames, duplicateIds, tierRanges, incompletePrices, secrets];

export function checkFile(file: CheckedFile): Finding[] {
  return checks.flatMap((check) => check(file));
}
