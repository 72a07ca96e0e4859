/** In place of src/sources/pushList.ts. */
import type { PushSource } from '../../../../src/sources/source';
import { madeUpPush } from './push';

export const pushSources: readonly PushSource[] = [madeUpPush];
