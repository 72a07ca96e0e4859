/** A long list's place as a component has it: drawn anew when it moves. */
import type { RefObject } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { clamp, isScaled, LongListPlace, type LongList, type Place } from './longList';

export interface LongListScroll extends Place {
  /** Scrolls so that this pixel is on top. */
  show: (top: number) => void;
  /** The element was scrolled. */
  onScroll: () => void;
}

export function useLongListScroll(element: RefObject<HTMLDivElement | null>, list: LongList): LongListScroll {
  const place = useRef<LongListPlace | null>(null);
  const moving = (place.current ??= new LongListPlace());
  const [{ top, shift }, setPlace] = useState(moving.now);
  const { total, rowPixels, viewPixels } = list;
  const show = useCallback(
    (wanted: number): void => {
      if (element.current === null) return;
      moving.show({ total, rowPixels, viewPixels }, element.current, wanted);
      setPlace(moving.now);
    },
    [element, moving, total, rowPixels, viewPixels],
  );
  const onScroll = useCallback((): void => {
    if (element.current === null) return;
    moving.scrolled({ total, rowPixels, viewPixels }, element.current);
    setPlace(moving.now);
  }, [element, moving, total, rowPixels, viewPixels]);
  useEffect(() => {
    const { current } = element;
    const of = { total, rowPixels, viewPixels };
    if (current === null || !isScaled(of)) return;
    const turn = (event: WheelEvent): void => {
      if (!moving.turned(of, current, event)) return;
      event.preventDefault();
      setPlace(moving.now);
    };
    current.addEventListener('wheel', turn, { passive: false });
    return () => current.removeEventListener('wheel', turn);
  }, [element, moving, total, rowPixels, viewPixels]);
  // The list may have become shorter since.
  const shown = clamp(list, top);
  return { top: shown, shift: shift + top - shown, show, onScroll };
}
