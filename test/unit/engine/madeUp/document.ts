/** A made-up agent, an extension of some editor, that rewrites one JSON file per task. */
import type { DocumentReader, Source } from '../../../../src/sources/source';
import { usageEvent } from '../../../../src/sources/usageEvent';

const source = 'made-up-document';

interface Task {
  requests: { id: string; at: number; model: string; input: number; output: number }[];
}

function reader(project: string | null): DocumentReader {
  return {
    kind: 'document',
    document: (text, out) => {
      for (const { id, at, model, input, output } of (JSON.parse(text) as Task).requests) {
        const key = { namespace: source, call: id };
        out.event(usageEvent({ source, key, atMs: at, model, tokens: { input, output }, attribution: { project } }));
      }
    },
  };
}

export const madeUpDocument: Source = {
  id: source,
  label: 'Made-up Document',
  roots: ({ globalStorages, path }) =>
    globalStorages.map((storage) => ({ directory: path.join(storage, 'made-up.agent', 'tasks'), below: [] })),
  includes: (place) => place.at(-1) === 'task.json',
  open: ({ beside }) => reader(beside('project.txt')?.trim() ?? null),
};
