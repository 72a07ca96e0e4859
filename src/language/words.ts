/** Closed and nearly closed sets of words that a configuration may use: time zones, codicons, theme colours. */
import codicons from '@vscode/codicons/src/template/mapping.json';

/** IANA zones by this machine's own data, and UTC, which is missing there. */
export function timeZones(): readonly string[] {
  return (zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]);
}
let zones: readonly string[] | undefined;

/** Every codicon that ships with VS Code, aliases too. */
export function codiconNames(): readonly string[] {
  return (icons ??= Object.values(codicons).flat().toSorted());
}
let icons: readonly string[] | undefined;

/** Theme colours that are made to tell things apart; any other id of a theme colour is as good. */
export const themeColors: readonly { id: string; says: string }[] = [
  { id: 'charts.green', says: 'Green of charts' },
  { id: 'charts.blue', says: 'Blue of charts' },
  { id: 'charts.yellow', says: 'Yellow of charts' },
  { id: 'charts.orange', says: 'Orange of charts' },
  { id: 'charts.red', says: 'Red of charts' },
  { id: 'charts.purple', says: 'Purple of charts' },
  { id: 'charts.foreground', says: 'Text of charts' },
  { id: 'charts.lines', says: 'Lines of charts' },
  { id: 'terminal.ansiBlack', says: 'Black of the terminal' },
  { id: 'terminal.ansiRed', says: 'Red of the terminal' },
  { id: 'terminal.ansiGreen', says: 'Green of the terminal' },
  { id: 'terminal.ansiYellow', says: 'Yellow of the terminal' },
  { id: 'terminal.ansiBlue', says: 'Blue of the terminal' },
  { id: 'terminal.ansiMagenta', says: 'Magenta of the terminal' },
  { id: 'terminal.ansiCyan', says: 'Cyan of the terminal' },
  { id: 'terminal.ansiWhite', says: 'White of the terminal' },
  { id: 'terminal.ansiBrightBlack', says: 'Bright black of the terminal' },
  { id: 'testing.iconPassed', says: 'Passed tests' },
  { id: 'testing.iconFailed', says: 'Failed tests' },
  { id: 'testing.iconQueued', says: 'Queued tests' },
  { id: 'editorError.foreground', says: 'Errors' },
  { id: 'editorWarning.foreground', says: 'Warnings' },
  { id: 'editorInfo.foreground', says: 'Information' },
  { id: 'gitDecoration.addedResourceForeground', says: 'Added files' },
  { id: 'gitDecoration.modifiedResourceForeground', says: 'Modified files' },
  { id: 'gitDecoration.deletedResourceForeground', says: 'Deleted files' },
  { id: 'descriptionForeground', says: 'Quiet text' },
  { id: 'foreground', says: 'Text' },
];
