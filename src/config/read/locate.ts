/** Nodes of `yaml` → located values. Follows aliases and merge keys (`<<`), and says what can not be followed. */
import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Located, LocatedEntry, LocatedMap, LocatedScalar } from './located';
import type { TextProblem } from '../issue';

/** Values that a file may come to once every alias is written out. */
export const maxExpandedSize = 50_000;

export function locate(contents: Node | null): { root: Located | null; problems: TextProblem[] } {
  const walk = new Walk();
  const root = contents === null ? null : walk.node(contents);
  if (root !== null && (root.size > maxExpandedSize || walk.mergedEntries > maxExpandedSize)) {
    const message = `comes to more than ${maxExpandedSize.toLocaleString('en')} values`;
    walk.problem('too_large', message, root.start, root.start + 1);
    return { root: null, problems: walk.problems };
  }
  return { root: root?.kind === 'nothing' ? null : root, problems: walk.problems };
}

class Walk {
  readonly problems: TextProblem[] = [];
  /** `null` while the anchored node is not complete. */
  private readonly anchors = new Map<string, Located | null>();
  /** Merging copies entries, so it is what could take for ever. */
  mergedEntries = 0;

  problem(code: TextProblem['code'], message: string, start: number, end: number) {
    this.problems.push({ severity: 'error', code, message, start, end });
  }

  node(node: Node): Located {
    if (isAlias(node)) return this.alias(node);
    const anchor = node.anchor;
    if (anchor !== undefined) this.anchors.set(anchor, null);
    const located = this.withoutAnchor(node);
    if (anchor !== undefined) this.anchors.set(anchor, located);
    return located;
  }

  private withoutAnchor(node: Exclude<Node, Alias>): Located {
    const place = placeOf(node);
    if (isScalar(node)) return this.scalar(node, place);
    if (isMap(node)) return this.map(node, place);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.node(item as Node));
      const flow = node.flow === true;
      return { kind: 'list', ...place, flow, items, size: items.reduce((sum, { size }) => sum + size, 1) };
    }
    return { kind: 'nothing', ...place, size: 1 };
  }

  private scalar(node: Scalar, place: { start: number; end: number }): Located {
    const source = node.source ?? '';
    const { value } = node;
    if (value === null && source === '' && node.tag === undefined) return { kind: 'nothing', ...place, size: 1 };
    if (value !== null && typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      this.problem('wrong_type', 'a value of this kind is not used here', place.start, place.end);
      return { kind: 'nothing', ...place, size: 1 };
    }
    const plain = node.type === undefined || node.type === 'PLAIN';
    const located: LocatedScalar = { kind: 'scalar', ...place, value, source, plain, size: 1 };
    if (typeof value === 'number' && /^[-+]?0[ox]/i.test(source)) {
      this.problems.push({
        severity: 'warning',
        code: 'number_form',
        message: `${source} is read as ${value}`,
        ...place,
        replacement: { title: `Write ${value}`, text: String(value) },
      });
    }
    return located;
  }

  private map(node: YAMLMap, place: { start: number; end: number }): LocatedMap {
    const entries = new Map<string, LocatedEntry>();
    const repeated: LocatedEntry[] = [];
    const merged: LocatedMap[] = [];
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const { start: keyStart, end: keyEnd } = key === null ? { start: place.start, end: place.start } : placeOf(key);
      const value = pair.value as Node | null;
      const located: Located =
        value === null ? { kind: 'nothing', start: keyEnd, end: keyEnd, size: 1 } : this.node(value);
      if (!isScalar(key)) {
        // `stringKeys` has said so already, but of a key that an alias stands for.
        if (key !== null && isAlias(key)) this.problem('unusable_key', 'an alias can not be a key', keyStart, keyEnd);
        continue;
      }
      const name = String(key.value);
      if (name === '<<' && key.type === 'PLAIN') {
        merged.push(...this.mergedMaps(located));
      } else if (name === '__proto__') {
        this.problem('unusable_key', 'this key can not be used', keyStart, keyEnd);
      } else {
        const entry = { key: name, keyStart, keyEnd, node: located, flow: node.flow === true, elsewhere: false };
        if (entries.has(name)) {
          this.problem('duplicate_key', `the key ${name} stands twice in this map`, keyStart, keyEnd);
          repeated.push(entry);
        } else {
          entries.set(name, entry);
        }
      }
    }
    for (const { entries: more, alias } of merged) {
      this.mergedEntries += more.size;
      if (this.mergedEntries > maxExpandedSize) break;
      for (const [name, entry] of more) {
        if (entries.has(name)) continue;
        entries.set(name, alias === undefined || entry.elsewhere ? entry : { ...entry, elsewhere: true });
      }
    }
    const size = [...entries.values()].reduce((sum, entry) => sum + entry.node.size, 1);
    return { kind: 'map', ...place, entries, repeated, size };
  }

  private mergedMaps(node: Located): LocatedMap[] {
    if (node.kind === 'map') return [node];
    if (node.kind === 'list' && node.items.every((item) => item.kind === 'map')) {
      const { alias, items } = node;
      return alias === undefined ? [...items] : items.map((item) => ({ ...item, alias }));
    }
    if (node.kind !== 'nothing') this.problem('alias', 'only a map can be merged into a map', node.start, node.end);
    return [];
  }

  private alias(node: Alias): Located {
    const place = placeOf(node);
    const target = this.anchors.get(node.source);
    if (target === undefined) {
      this.problem('alias', `no anchor &${node.source} stands above`, place.start, place.end);
    } else if (target === null) {
      this.problem('alias', `*${node.source} would hold itself`, place.start, place.end);
    }
    return { ...(target ?? { kind: 'nothing', ...place, size: 1 }), alias: place };
  }
}

function placeOf(node: Node): { start: number; end: number } {
  const [start, end] = node.range ?? [0, 0];
  return { start, end: Math.max(start, end) };
}
