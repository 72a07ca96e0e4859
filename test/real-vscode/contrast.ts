/** Whether a text can be read. */
import type { Page } from 'playwright-core';

/** The contrast of a text with what is painted behind it, as WCAG computes it. */
export async function contrast(window: Page, selector: string): Promise<number> {
  const text = window.locator(selector).first();
  return await text.evaluate((element) => {
    const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: number[]): number => {
      const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind: Element | null = element;
    let background = [255, 255, 255];
    while (behind !== null) {
      const found = parse(getComputedStyle(behind).backgroundColor);
      if ((found[3] ?? 1) > 0.99) {
        background = found;
        break;
      }
      behind = behind.parentElement;
    }
    const [one, other] = [luminance(parse(getComputedStyle(element).color)), luminance(background)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  });
}
