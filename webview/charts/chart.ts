/** The only user of ECharts: stacked bars in SVG, described for screen readers, without motion. */
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { roundUp, splits } from './axis';
import { strictSvgRenderer } from './strictSvgRenderer';
import type { Colours } from './theme';

use([BarChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, strictSvgRenderer]);

export interface BarSeries {
  name: string;
  values: readonly number[];
}

export interface Bars {
  /** What the chart shows, in a sentence. */
  label: string;
  categories: readonly string[];
  series: readonly BarSeries[];
  /** A line across, as of a budget. */
  line: { value: number; label: string } | null;
  axisText: (value: number) => string;
  /** What is shown of a bar under the mouse. */
  tooltip: (place: number) => HTMLElement;
  onPick: ((series: number, place: number) => void) | null;
}

interface Picked {
  seriesIndex?: number;
  dataIndex?: number;
}

export class Chart {
  readonly #chart: EChartsType;
  readonly #resizing: ResizeObserver;
  #bars: Bars | null = null;

  constructor(element: HTMLElement) {
    this.#chart = init(element, null, { renderer: 'svg' });
    this.#resizing = new ResizeObserver(() => this.#chart.resize());
    this.#resizing.observe(element);
    this.#chart.on('click', (picked) => {
      const { seriesIndex, dataIndex } = picked as Picked;
      if (seriesIndex !== undefined && dataIndex !== undefined) this.#bars?.onPick?.(seriesIndex, dataIndex);
    });
  }

  show(bars: Bars, colours: Colours, font: string): void {
    this.#bars = bars;
    this.#chart.setOption(optionOf(bars, colours, font), { notMerge: true });
  }

  dispose(): void {
    this.#resizing.disconnect();
    this.#chart.dispose();
  }
}

function optionOf(bars: Bars, colours: Colours, font: string): Parameters<EChartsType['setOption']>[0] {
  const words = { color: colours.faint, fontFamily: font, fontSize: 11 };
  return {
    animation: false,
    aria: { enabled: true, label: { description: bars.label } },
    color: bars.series.map((_, place) => colours.series[place % colours.series.length] ?? colours.foreground),
    grid: { left: 4, right: 8, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: colours.faint, opacity: 0.12 } },
      // An element of our own: names are text, and no markup with styles is parsed.
      formatter: (points: { dataIndex: number }[]) => bars.tooltip(points[0]?.dataIndex ?? 0),
      backgroundColor: colours.surface,
      borderColor: colours.border,
      borderWidth: 1,
      padding: [6, 8],
      textStyle: { color: colours.foreground, fontFamily: font, fontSize: 12 },
      extraCssText: 'border-radius:3px;box-shadow:none',
      transitionDuration: 0,
      confine: true,
    },
    xAxis: {
      type: 'category',
      data: [...bars.categories],
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...words, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      ...(bars.line !== null && { max: roomFor(bars.line.value) }),
      splitNumber: splits,
      splitLine: { lineStyle: { color: colours.line, opacity: 0.5 } },
      axisLabel: { ...words, formatter: bars.axisText },
    },
    series: bars.series.map(({ name, values }, place) => ({
      type: 'bar',
      name,
      stack: 'all',
      data: [...values],
      barMaxWidth: 32,
      barCategoryGap: '30%',
      cursor: bars.onPick === null ? 'default' : 'pointer',
      emphasis: { disabled: true },
      ...(place === 0 && bars.line !== null && { markLine: lineOf(bars.line, colours, words) }),
    })),
  };
}

/** A line that is far above all bars would make them too low to be read: it is left out of sight. */
const mostAbove = 4;

function roomFor(value: number): (extent: { max: number }) => number | undefined {
  return ({ max }) => (value > max && value <= max * mostAbove ? roundUp(value * 1.05) : undefined);
}

function lineOf(line: { value: number; label: string }, colours: Colours, words: object): object {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: colours.warning, type: 'dashed', width: 1 },
    label: { ...words, color: colours.warning, formatter: line.label, position: 'insideEndTop' },
    data: [{ yAxis: line.value }],
  };
}
