/** The page as a whole: what is shown depends on where it stands and on whether there is anything to show. */
import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';
import { PageContext } from '../context';
import type { Page, Shown } from '../page';
import { Dashboard } from './dashboard';
import { Sidebar } from './sidebar';
import { Notices } from './notices';
import { Welcome } from './welcome';

export function App({ page }: { page: Page }): VNode | null {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  // Not after the next frame: the host's answer may be there before it.
  useLayoutEffect(() => page.onDidChange(() => redraw(null)), [page]);
  const { shown } = page;
  const text = shown?.text;
  const context = useMemo(() => (text === undefined ? null : { page, text }), [page, text]);
  if (shown === null || context === null) return null;
  return (
    <PageContext.Provider value={context}>
      <main class={shown.place}>
        <Notices state={shown.state} />
        <Content {...shown} />
      </main>
    </PageContext.Provider>
  );
}

function Content({ place, state, text }: Shown): VNode | null {
  if (state.figures === null) return state.failure === null ? <p class="note">{text.t('loading')}</p> : null;
  // A first import shows what it has, as it comes.
  if (state.ledgerEvents === 0 && state.importRatio === null) return <Welcome state={state} />;
  if (place === 'sidebar') return <Sidebar state={state} figures={state.figures} />;
  return <Dashboard state={state} figures={state.figures} />;
}
