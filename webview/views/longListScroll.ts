/**
 * Which row of a long list is on top, whatever moves it: the scroll bar, the wheel, the keyboard. Where the element is shorter
 * than its list, a turn of the wheel still moves by its own pixels, and not in proportion as the scroll bar does.
 */
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { clamp, isScaled, scrollTopOf, topOf, type LongList } from './longList';

export interface LongListScroll {
  /** The list's pixel on top. */
  top: number;
  /** What a row's place in the list is less than its place in the element. */
  shift: number;
  /** Scrolls so that this pixel is on top. */
  show: (top: number) => void;
  /** The element was scrolled. */
  onScroll: () => void;
}

export function useLongListScroll(element: RefObject<HTMLDivElement | null>, list: LongList): LongListScroll {
  const [{ top, shift }, setPlace] = useState({ top: 0, shift: 0 });
  const { total, rowPixels, viewPixels } = list;
  /** Where we scrolled to ourselves: the browser tells of it, and rounds it. */
  const own = useRef<{ scrollTop: number; top: number } | null>(null);
  const place = useRef(0);
  const take = useCallback((to: number, scrollTop: number): void => {
    place.current = to;
    setPlace((before) =>
      before.top === to && before.shift === scrollTop - to ? before : { top: to, shift: scrollTop - to },
    );
  }, []);
  const show = useCallback(
    (wanted: number): void => {
      const { current } = element;
      if (current === null) return;
      const of = { total, rowPixels, viewPixels };
      const to = clamp(of, wanted);
      current.scrollTop = scrollTopOf(of, to);
      own.current = { scrollTop: current.scrollTop, top: to };
      take(to, current.scrollTop);
    },
    [element, total, rowPixels, viewPixels, take],
  );
  const onScroll = useCallback((): void => {
    const { current } = element;
    if (current === null) return;
    const of = { total, rowPixels, viewPixels };
    const { scrollTop } = current;
    const isOwn = isScaled(of) && own.current?.scrollTop === scrollTop;
    take(isOwn && own.current !== null ? own.current.top : topOf(of, scrollTop), scrollTop);
  }, [element, total, rowPixels, viewPixels, take]);
  useEffect(() => {
    const { current } = element;
    if (current === null || !isScaled({ total, rowPixels, viewPixels })) return;
    const turn = (event: WheelEvent): void => {
      if (event.ctrlKey || event.deltaY === 0) return;
      const pixels = [1, rowPixels, viewPixels][event.deltaMode] ?? 1;
      const before = place.current;
      const to = clamp({ total, rowPixels, viewPixels }, before + event.deltaY * pixels);
      // At an end, what is around the list scrolls.
      if (to === before) return;
      event.preventDefault();
      show(to);
    };
    current.addEventListener('wheel', turn, { passive: false });
    return () => current.removeEventListener('wheel', turn);
  }, [element, total, rowPixels, viewPixels, show]);
  // The list may have become shorter since.
  const shown = clamp(list, top);
  return { top: shown, shift: shift + top - shown, show, onScroll };
}
