/**
 * A tier's colour as a dot in a quick pick, which draws theme icons in the text's colour whatever theme colour they name. A
 * dot is an image, and an image can't ask the theme: of theme colours it has what VS Code gives them in light and in dark themes.
 */
import { ThemeIcon, Uri, type QuickPickItem } from 'vscode';

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

/** A theme colour that we do not know gets an empty ring: no colour is better than a wrong one. */
export function swatch(color: string): IconPath {
  if (hex.test(color)) return dot(color);
  const known = Object.hasOwn(themeColors, color) ? themeColors[color] : undefined;
  return known === undefined ? new ThemeIcon('circle-outline') : { light: dot(known[0]), dark: dot(known[1]) };
}

function dot(color: string): Uri {
  const image = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="6" fill="${color}"/></svg>`;
  return Uri.parse(`data:image/svg+xml;base64,${Buffer.from(image).toString('base64')}`, true);
}
