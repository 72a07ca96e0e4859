/**
 * What windows' workspaces say: each text known by a digest that is made once, when it comes, and no more of it than a
 * call can wait for. Files of hundreds of kilobytes configure nothing; they would hold up every window of this machine.
 */
import { createHash } from 'node:crypto';
import type { WorkspaceLayer } from '../../protocol/layers';
import { longestWorkspaceText, mostWorkspaceText } from '../../protocol/vocabulary';

const digests = new WeakMap<WorkspaceLayer, string>();
const bounded = new WeakMap<readonly WorkspaceLayer[], readonly WorkspaceLayer[]>();
const variables = new WeakMap<object, string>();

/** Equal for windows that say the same. */
export function keyOf(workspaces: readonly WorkspaceLayer[], environment: Readonly<Record<string, string>>): string {
  let said = variables.get(environment);
  if (said === undefined) {
    said = JSON.stringify(environment);
    variables.set(environment, said);
  }
  return [said, ...workspaces.map(digestOf)].join('\n');
}

function digestOf(layer: WorkspaceLayer): string {
  let digest = digests.get(layer);
  if (digest === undefined) {
    const { id, name, text, unreadable = '', trusted } = layer;
    digest = createHash('sha256')
      .update(JSON.stringify([id, name, unreadable, trusted]))
      .update(text)
      .digest('base64');
    digests.set(layer, digest);
  }
  return digest;
}

/** What is too long says why it is not read. */
export function withinBounds(workspaces: readonly WorkspaceLayer[]): readonly WorkspaceLayer[] {
  let known = bounded.get(workspaces);
  if (known === undefined) {
    let left = mostWorkspaceText;
    known = workspaces.map((layer) => {
      const { length } = layer.text;
      const why =
        length > longestWorkspaceText
          ? `it has ${length} characters, more than ${longestWorkspaceText}`
          : length > left
            ? `the window’s folders have more than ${mostWorkspaceText} characters of configuration together`
            : undefined;
      if (why === undefined) left -= length;
      return why === undefined ? layer : { ...layer, text: '', unreadable: why };
    });
    if (known.every((layer, place) => layer === workspaces[place])) known = workspaces;
    bounded.set(workspaces, known);
  }
  return known;
}
