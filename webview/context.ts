/** The page and its text, for every view below. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Page } from './page';
import type { Text } from './text';

export const PageContext = createContext<{ page: Page; text: Text } | null>(null);

export function usePage(): { page: Page; text: Text } {
  const context = useContext(PageContext);
  if (context === null) throw new Error('a view outside of the page');
  return context;
}
