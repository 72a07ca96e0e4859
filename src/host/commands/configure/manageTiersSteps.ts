/** The questions of *Manage Cost Tiers…*, each with what may be answered. Prices are USD per million tokens. */
import { ThemeIcon, Uri, l10n, type QuickPickItem } from 'vscode';
import type { TierOutline } from '../../../protocol/language';
import { askAll, askText, choose, type Answer, type Choice, type Step } from './steps';

type Tier = TierOutline['tier'];

const highestPrice = 1_000_000;
const longestText = 512;

/** Colours that are made to tell things apart. */
const colors = [
  'charts.green',
  'charts.blue',
  'charts.yellow',
  'charts.orange',
  'charts.red',
  'charts.purple',
  'charts.foreground',
];
const icons = [
  'arrow-small-down',
  'dash',
  'arrow-small-up',
  'flame',
  'rocket',
  'zap',
  'star-empty',
  'star-full',
  'heart',
  'circle-filled',
  'triangle-up',
  'triangle-down',
  'beaker',
  'lightbulb',
  'tag',
  'credit-card',
];

/** `before`: the tier to be changed; `null`: a new one. `null` is answered when the user goes away. */
export async function askTier(title: string, before: Tier | null, all: readonly TierOutline[]): Promise<Tier | null> {
  const start: Tier = before ?? {
    id: '',
    display_name: '',
    description: '',
    price_range_min: 0,
    price_range_max: null,
    color: 'charts.foreground',
    icon: 'tag',
  };
  const ids = all.map(({ tier }) => tier.id);
  const steps: Step<Tier>[] = [
    ...(before === null ? [askId(ids)] : []),
    askName,
    askDescription,
    askMinimum,
    askMaximum,
    askColor,
    askIcon,
  ];
  return await askAll(title, start, steps);
}

function askId(taken: readonly string[]): Step<Tier> {
  return async (tier, place) =>
    into(
      await askText({
        ...place,
        prompt: l10n.t('Id, by which budgets, reports and the API name the tier'),
        placeholder: 'experimental',
        value: tier.id,
        validate: (text) => validateId(text, taken),
      }),
      (id) => ({ ...tier, id, display_name: tier.display_name || id.charAt(0).toUpperCase() + id.slice(1) }),
    );
}

const askName: Step<Tier> = async (tier, place) =>
  into(
    await askText({ ...place, prompt: l10n.t('Name that people read'), value: tier.display_name, validate: required }),
    (display_name) => ({ ...tier, display_name }),
  );

const askDescription: Step<Tier> = async (tier, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('What belongs in this tier? May be left empty'),
      value: tier.description,
      validate: (text) => (text.length > longestText ? l10n.t('At most {0} characters.', longestText) : null),
    }),
    (description) => ({ ...tier, description }),
  );

const askMinimum: Step<Tier> = async (tier, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('From which price on? USD per million tokens, three parts input to one part output'),
      value: String(tier.price_range_min),
      validate: (text) => validatePrice(text),
    }),
    (text) => ({ ...tier, price_range_min: Number(text) }),
  );

const askMaximum: Step<Tier> = async (tier, place) =>
  into(
    await askText({
      ...place,
      prompt: l10n.t('Up to which price, itself excluded? Empty: no upper bound'),
      value: tier.price_range_max === null ? '' : String(tier.price_range_max),
      validate: (text) => (text === '' ? null : validatePrice(text, tier.price_range_min)),
    }),
    (text) => ({ ...tier, price_range_max: text === '' ? null : Number(text) }),
  );

const askColor: Step<Tier> = async (tier, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('Colour: choose one, or type a theme colour id or a hex colour'),
      choices: withOwn(colors, tier.color).map(colorChoice),
      active: tier.color,
      other: { validate: validateColor, item: colorChoice },
    }),
    (color) => ({ ...tier, color }),
  );

const askIcon: Step<Tier> = async (tier, place) =>
  into(
    await choose({
      ...place,
      placeholder: l10n.t('Icon: choose one, or type the name of a codicon'),
      choices: withOwn(icons, tier.icon).map(iconChoice),
      active: tier.icon,
      other: { validate: validateIcon, item: iconChoice },
    }),
    (icon) => ({ ...tier, icon }),
  );

export function validateId(text: string, taken: readonly string[]): string | null {
  if (text === '') return l10n.t('An id is needed.');
  if (!/^[a-z][a-z\d_-]{0,63}$/.test(text)) {
    return l10n.t('Small letters, digits, - and _, at most 64, beginning with a letter.');
  }
  return taken.includes(text) ? l10n.t('There is a tier {0} already.', text) : null;
}

export function validatePrice(text: string, above?: number): string | null {
  if (!/^\d{1,7}(?:\.\d{1,6})?$/.test(text) || Number(text) > highestPrice) {
    return l10n.t('A price from 0 to {0}, as 2.50.', highestPrice);
  }
  if (above !== undefined && Number(text) <= above) return l10n.t('More than {0}, or empty.', above);
  return null;
}

export function validateColor(text: string): string | null {
  return /^(?:#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z][\w-]*(?:\.[\w-]+)*)$/i.test(text)
    ? null
    : l10n.t('A theme colour id as charts.green, or a hex colour as #3fb950.');
}

export function validateIcon(text: string): string | null {
  return /^[a-z][a-z\d-]*$/.test(text) ? null : l10n.t('The name of a codicon, as arrow-small-down.');
}

function required(text: string): string | null {
  if (text === '') return l10n.t('A name is needed.');
  return text.length > longestText ? l10n.t('At most {0} characters.', longestText) : null;
}

/** What the tier has now can be kept, whatever it is. */
function withOwn(offered: readonly string[], own: string): string[] {
  return offered.includes(own) ? [...offered] : [own, ...offered];
}

function colorChoice(color: string): Choice<string> {
  return { label: color, iconPath: swatch(color), value: color };
}

function iconChoice(icon: string): Choice<string> {
  return { label: icon, iconPath: new ThemeIcon(icon), value: icon };
}

function into<T>(answer: Answer<string>, write: (value: string) => T): Answer<T> {
  return answer.kind === 'answer' ? { kind: 'answer', value: write(answer.value) } : answer;
}

type IconPath = NonNullable<QuickPickItem['iconPath']>;

/** As VS Code registers them, light and dark. */
const themeColors: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  'charts.foreground': ['#3b3b3b', '#cccccc'],
  'charts.lines': ['#9d9d9d', '#747474'],
  'charts.red': ['#e51400', '#f14c4c'],
  'charts.blue': ['#1a85ff', '#3794ff'],
  'charts.yellow': ['#bf8803', '#cca700'],
  'charts.orange': ['#d18616', '#d18616'],
  'charts.green': ['#388a34', '#89d185'],
  'charts.purple': ['#652d90', '#b180d7'],
};

const hex = /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i;

/**
 * A tier's colour as a dot in a quick pick, which draws theme icons in the text's colour whatever theme colour they name. A
 * dot is an image, and an image can't ask the theme: of theme colours it has what VS Code gives them in light and in dark themes.
 * A theme colour that we do not know gets an empty ring: no colour is better than a wrong one.
 */
export function swatch(color: string): IconPath {
  if (hex.test(color)) return dot(color);
  const known = Object.hasOwn(themeColors, color) ? themeColors[color] : undefined;
  return known === undefined ? new ThemeIcon('circle-outline') : { light: dot(known[0]), dark: dot(known[1]) };
}

function dot(color: string): Uri {
  const image = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="6" fill="${color}"/></svg>`;
  return Uri.parse(`data:image/svg+xml;base64,${Buffer.from(image).toString('base64')}`, true);
}
