/**
 * The SVG renderer under a policy that forbids style attributes. The only one it writes is that of the drawing itself, with
 * each frame; what it says is in our style sheet.
 */
import type { use } from 'echarts/core';
import SVGPainter from 'zrender/lib/svg/Painter.js';

class StrictPainter extends SVGPainter {
  override renderToVNode(
    options?: Parameters<SVGPainter['renderToVNode']>[0],
  ): ReturnType<SVGPainter['renderToVNode']> {
    const drawing = super.renderToVNode(options);
    Object.defineProperty(drawing.attrs, 'style', { set: () => undefined, get: () => undefined, enumerable: false });
    return drawing;
  }
}

export const strictSvgRenderer: Extract<Parameters<typeof use>[0], (registers: never) => void> = (registers) => {
  // Declared twice, in zrender's modules and in ECharts' own: the same class.
  type Painter = Parameters<typeof registers.registerPainter>[1];
  registers.registerPainter('svg', StrictPainter as unknown as Painter);
};
