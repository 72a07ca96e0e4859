/** The colours of the theme that is in force: charts are drawn with nothing else. */

export interface Colours {
  foreground: string;
  faint: string;
  line: string;
  surface: string;
  border: string;
  warning: string;
  series: readonly string[];
}

/** `charts.orange` is that of the minimap, which many themes make nearly transparent, or have not. */
const seriesNames = [
  '--vscode-charts-blue',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-yellow',
  '--vscode-charts-red',
  '--vscode-terminal-ansiCyan',
  '--vscode-terminal-ansiMagenta',
  '--vscode-descriptionForeground',
];

/** As many as there are colours that can be told apart; the last is for everything else. */
export const mostSeries = seriesNames.length;

export function themeColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(name).trim();
      if (value !== '') return value;
    }
    return 'currentcolor';
  };
  return {
    foreground: of('--vscode-foreground', '--vscode-editor-foreground'),
    faint: of('--vscode-descriptionForeground', '--vscode-foreground'),
    line: of('--vscode-contrastBorder', '--vscode-widget-border', '--vscode-panel-border', '--vscode-foreground'),
    surface: of('--vscode-editorHoverWidget-background', '--vscode-editor-background'),
    border: of('--vscode-contrastBorder', '--vscode-editorHoverWidget-border', '--vscode-panel-border'),
    warning: of('--vscode-charts-red', '--vscode-editorError-foreground'),
    series: seriesNames.map((name) => of(name, '--vscode-foreground')),
  };
}

/** VS Code changes the classes of the body with the theme. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}
