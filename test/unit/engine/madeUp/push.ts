/** A made-up agent that sends its usage. */
import type { PushSource } from '../../../../src/sources/source';
import { usageEvent } from '../../../../src/sources/usageEvent';

const source = 'made-up-push';

interface Body {
  calls: { namespace?: string; id: string; at: number; model: string; output: number }[];
}

export const madeUpPush: PushSource = {
  id: source,
  label: 'Made-up Push',
  receive: (body, out) => {
    for (const { namespace = source, id, at, model, output } of (body as Body).calls) {
      out.event(usageEvent({ source, key: { namespace, call: id }, atMs: at, model, tokens: { output } }));
    }
  },
};
