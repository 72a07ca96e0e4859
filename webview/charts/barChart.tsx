/** A chart in the page: drawn anew when the figures or the theme change, with a legend of native buttons. */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Chart, type Bars } from './chart';
import { onThemeChange, themeColours } from './theme';

export interface BarChartProps extends Omit<Bars, 'tooltip' | 'onPick'> {
  height: 'tall' | 'low';
  /** The title of a bar's tooltip. */
  titleOf: (place: number) => string;
  valueText: (value: number) => string;
  totalText: string;
  onPick?: (series: number, place: number) => void;
}

export function BarChart(props: BarChartProps): VNode {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const [theme, setTheme] = useState(0);
  useEffect(() => onThemeChange(() => setTheme((before) => before + 1)), []);
  useEffect(() => {
    if (element.current === null) return;
    chart.current = new Chart(element.current);
    return () => {
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    const font = getComputedStyle(document.body).fontFamily;
    const bars: Bars = { ...props, tooltip: (place) => tooltip(props, place), onPick: props.onPick ?? null };
    chart.current?.show(bars, themeColours(), font);
  }, [props, theme]);
  return <div class={`chart ${props.height}`} ref={element} role="img" aria-label={props.label} />;
}

function tooltip({ series, titleOf, valueText, totalText }: BarChartProps, place: number): HTMLElement {
  const { series: colours } = themeColours();
  const box = document.createElement('div');
  box.className = 'tooltip';
  const title = document.createElement('div');
  title.className = 'title';
  title.textContent = titleOf(place);
  const values = series.map(({ name, values: all }, index) => ({ name, index, value: all[place] ?? 0 }));
  const total = values.reduce((sum, { value }) => sum + value, 0);
  const lines = values.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value);
  box.append(title, ...lines.map(({ name, index, value }) => line(name, valueText(value), colours[index])));
  if (lines.length !== 1) box.append(line(totalText, valueText(total), undefined));
  return box;
}

function line(name: string, value: string, colour: string | undefined): HTMLElement {
  const row = document.createElement('div');
  row.className = 'line';
  const mark = document.createElement('span');
  mark.className = 'mark';
  if (colour !== undefined) mark.style.backgroundColor = colour;
  const words = document.createElement('span');
  words.className = 'name';
  words.textContent = name;
  const figure = document.createElement('span');
  figure.className = 'value';
  figure.textContent = value;
  row.append(mark, words, figure);
  return row;
}
