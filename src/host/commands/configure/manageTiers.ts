/** *Manage Cost Tiers…*: adds, changes, removes and resets tiers in the user's configuration, one validated step at a time. */
import { ThemeIcon, l10n, window, type TextDocument } from 'vscode';
import type { ConfigurationOperation, Outline, TierOutline } from '../../../protocol/language';
import type { ConfigurationEditor } from '../../language/languageEditor';
import { choose, tellChange, type Choice } from './steps';
import { askTier, swatch } from './manageTiersSteps';

type Tier = TierOutline['tier'];
type Wish =
  { kind: 'add' } | { kind: 'resetAll' } | { kind: 'restore'; id: string } | { kind: 'tier'; outline: TierOutline };

export async function manageTiers(editor: ConfigurationEditor): Promise<void> {
  const document = await editor.openUserFile();
  const said = await editor.outline(document);
  const outline = { ...said, references: [...said.references, ...(await editor.workspaceReferences())] };
  const wish = await choose({
    title: l10n.t('Cost Tiers'),
    placeholder: l10n.t('Choose a tier to change or remove, or add one'),
    choices: wishes(outline),
  });
  if (wish.kind !== 'answer') return;
  switch (wish.value.kind) {
    case 'add':
      await add(editor, document, outline);
      return;
    case 'tier':
      await act(editor, document, outline, wish.value.outline);
      return;
    case 'restore': {
      const { id } = wish.value;
      const operations = outline.removedTiers.filter((tier) => tier.id === id).map(({ path }) => remove(path));
      await editor.apply(document, operations);
      await tellChange(document, l10n.t('The tier {0} is back.', id));
      return;
    }
    case 'resetAll':
      await resetAll(editor, document, outline);
  }
}

function wishes({ tiers, removedTiers }: Outline): Choice<Wish>[] {
  return [
    ...tiers.map((outline) => ({
      label: `$(${outline.tier.icon}) ${outline.tier.display_name}`,
      description: `${outline.tier.id} · ${range(outline.tier)}`,
      detail: outline.tier.description,
      iconPath: swatch(outline.tier.color),
      value: { kind: 'tier' as const, outline },
    })),
    ...removedTiers.map(({ id }) => ({
      label: l10n.t('Bring back {0}', id),
      description: l10n.t('a built-in tier that your configuration takes away'),
      iconPath: new ThemeIcon('discard'),
      value: { kind: 'restore' as const, id },
    })),
    { label: l10n.t('Add a tier…'), iconPath: new ThemeIcon('add'), value: { kind: 'add' as const } },
    ...(tiers.some(({ path }) => path !== null) || removedTiers.length > 0
      ? [
          {
            label: l10n.t('Reset all tiers…'),
            description: l10n.t('to those that ship with us'),
            iconPath: new ThemeIcon('clear-all'),
            value: { kind: 'resetAll' as const },
          },
        ]
      : []),
  ];
}

async function add(editor: ConfigurationEditor, document: TextDocument, outline: Outline): Promise<void> {
  const tier = await askTier(l10n.t('Add a Cost Tier'), null, outline.tiers);
  if (tier === null) return;
  await editor.apply(document, [{ kind: 'append', path: ['tiers'], value: written(tier) }]);
  await tellChange(document, l10n.t('The tier {0} is in your configuration.', tier.id));
}

async function act(
  editor: ConfigurationEditor,
  document: TextDocument,
  outline: Outline,
  { tier, builtIn, path }: TierOutline,
): Promise<void> {
  const changes = builtIn && path !== null;
  const action = await choose({
    title: tier.display_name,
    placeholder: l10n.t('What is to become of it?'),
    choices: [
      { label: l10n.t('Change…'), iconPath: new ThemeIcon('edit'), value: 'change' as const },
      { label: l10n.t('Remove…'), iconPath: new ThemeIcon('trash'), value: 'remove' as const },
      ...(changes
        ? [{ label: l10n.t('Reset to built-in'), iconPath: new ThemeIcon('discard'), value: 'reset' as const }]
        : []),
    ],
  });
  if (action.kind !== 'answer') return;
  if (action.value === 'reset' && path !== null) {
    await editor.apply(document, [remove(path)]);
    await tellChange(document, l10n.t('The tier {0} is as it ships.', tier.id));
  } else if (action.value === 'change') {
    const changed = await askTier(l10n.t('Change the Tier {0}', tier.display_name), tier, outline.tiers);
    if (changed === null) return;
    const operations = changeOperations(tier, changed, path);
    if (operations.length === 0) return;
    await editor.apply(document, operations);
    await tellChange(document, l10n.t('The tier {0} is changed.', tier.id));
  } else {
    await removeTier(editor, document, outline, { tier, builtIn, path });
  }
}

async function removeTier(
  editor: ConfigurationEditor,
  document: TextDocument,
  { references }: Outline,
  { tier, builtIn, path }: TierOutline,
): Promise<void> {
  const users = references.filter(({ kind, id }) => kind === 'tier' && id === tier.id);
  const remedy = l10n.t('Remove');
  const question = l10n.t('Remove the tier {0}?', tier.display_name);
  const detail =
    users.length === 0
      ? l10n.t('Nothing in your configuration refers to it.')
      : l10n.t(
          'These refer to it, and will be wrong without it:\n{0}',
          users.map(({ where, line }) => `${where} (${line + 1})`).join('\n'),
        );
  if ((await window.showWarningMessage(question, { modal: true, detail }, remedy)) !== remedy) return;
  await editor.apply(document, removeOperations(tier.id, builtIn, path));
  await tellChange(document, l10n.t('The tier {0} is removed.', tier.id));
}

async function resetAll(editor: ConfigurationEditor, document: TextDocument, outline: Outline): Promise<void> {
  const own = outline.tiers.filter(({ builtIn }) => !builtIn).map(({ tier }) => tier.id);
  const users = outline.references.filter(({ kind, id }) => kind === 'tier' && own.includes(id));
  const remedy = l10n.t('Reset');
  const detail = [
    own.length === 0 ? '' : l10n.t('These tiers go: {0}', own.join(', ')),
    ...users.map(({ id, where, line }) => l10n.t('{0} is used by {1} (line {2})', id, where, line + 1)),
  ];
  const question = l10n.t('Reset all tiers to those that ship with us?');
  if ((await window.showWarningMessage(question, { modal: true, detail: detail.join('\n') }, remedy)) !== remedy)
    return;
  await editor.apply(document, [remove(['tiers'])]);
  await tellChange(document, l10n.t('All tiers are as they ship.'));
}

function remove(path: (string | number)[]): ConfigurationOperation {
  return { kind: 'remove', path };
}

/** A built-in tier is not in the file: an entry has to take it away. */
export function removeOperations(id: string, builtIn: boolean, path: TierOutline['path']): ConfigurationOperation[] {
  if (!builtIn) return path === null ? [] : [remove(path)];
  if (path === null) return [{ kind: 'append', path: ['tiers'], value: { id, remove: true } }];
  return [{ kind: 'set', path: [...path, 'remove'], value: true }];
}

/** Only what differs: what a built-in tier says is not written down with it. */
export function changeOperations(before: Tier, after: Tier, path: TierOutline['path']): ConfigurationOperation[] {
  const keys = (Object.keys(after) as (keyof Tier)[]).filter((key) => key !== 'id' && after[key] !== before[key]);
  if (keys.length === 0) return [];
  if (path === null) {
    const value = Object.fromEntries([['id', after.id], ...keys.map((key): [string, unknown] => [key, after[key]])]);
    return [{ kind: 'append', path: ['tiers'], value }];
  }
  return keys.map((key) => ({ kind: 'set', path: [...path, key], value: after[key] }));
}

/** Without what says nothing. */
export function written(tier: Tier): Partial<Tier> {
  const { description, price_range_max, ...rest } = tier;
  const { id, display_name, price_range_min, color, icon } = rest;
  return {
    id,
    display_name,
    ...(description !== '' && { description }),
    price_range_min,
    ...(price_range_max !== null && { price_range_max }),
    color,
    icon,
  };
}

export function range({ price_range_min, price_range_max }: Tier): string {
  return price_range_max === null
    ? l10n.t('${0} a million tokens and more', price_range_min)
    : l10n.t('${0} to ${1} a million tokens', price_range_min, price_range_max);
}
