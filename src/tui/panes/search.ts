import type { Result } from '../../api/schema.ts';
import { QUERY_UNITS_MAX } from '../../core/base/limits.ts';
import { layout } from '../layout.ts';
import type { SearchPane } from '../reading/search-pane.ts';
import { beginSearch, questionOf } from '../reading/searching.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows } from '../views/frame.ts';
import { search } from '../views/search.ts';
import { stepOf } from './scrolling.ts';
import { inOneLine, shortened } from './typing.ts';
import type { Deed, View } from './view.ts';

/** What was written, by words in it. */
export const SEARCH: View<SearchPane> = {
  draw: search,
  act: (state, pane, action) => {
    const by = stepOf(action, Math.max(1, bodyRows(layout(state).main) - 4));
    if (by !== 0) return changed({ ...pane, at: Math.max(0, Math.min(pane.hits.length - 1, pane.at + by)) });
    switch (action.name) {
      case 'submit':
        return pane.asked === questionOf(pane) && pane.hits.length > 0
          ? [{ do: 'tell', event: { type: 'hitOpened' } }]
          : [];
      case 'edit':
        return changed({ ...pane, query: shortened(pane.query, action.op) });
      case 'complete':
      case 'completeBack':
      case 'search':
        return changed({ ...pane, where: pane.where ? undefined : pane.from.open });
      case 'back':
      case 'interrupt':
        return [{ do: 'tell', event: { type: 'searchLeft' } }];
      default:
        return undefined;
    }
  },
  type: (_state, pane, letter) => typed(pane, letter),
  paste: (_state, pane, text) => typed(pane, inOneLine(text)),
  subject: () => 'search',
  answers: { command: '/search', pane: answered },
};

/** `/search WORDS` has been answered: its hits, as if they had been typed here. With options it is answered in lines. */
function answered(words: readonly string[], result: unknown, state: ViewState): SearchPane | undefined {
  if (words.some((word) => word.startsWith('--'))) return undefined;
  const { messages, more, words: looked, indexing } = result as Result<'search'>;
  const pane = { ...beginSearch(state, words.join(' ')), where: undefined };
  return { ...pane, hits: messages.toReversed(), more, words: looked, indexing, asked: questionOf(pane) };
}

const changed = (pane: SearchPane): readonly Deed[] => [{ do: 'show', pane }];

const typed = (pane: SearchPane, text: string): readonly Deed[] =>
  changed({ ...pane, query: (pane.query + text).slice(0, QUERY_UNITS_MAX) });
