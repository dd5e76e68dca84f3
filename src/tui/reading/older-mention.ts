import type { NodeApi } from '../../api/schema.ts';
import { SCREEN_PAGE_HITS } from '../../core/base/limits.ts';
import { openConversation, type ViewState } from '../screen-state.ts';
import { mentions } from './conversations.ts';

/** The newest line of others that names us among those before the lines that the screen holds: its id, found by searching. */
export async function olderMention(state: ViewState, api: NodeApi): Promise<string | undefined> {
  const open = openConversation(state);
  const before = open?.messages[0]?.id;
  const { me } = state;
  if (!open || before === undefined || open.history !== 'more' || me.name === '') return undefined;
  const name = `@${me.name.replaceAll('"', '')}`;
  const text = /\s/.test(name) ? `"${name}"` : name;
  const found = await api.call('search', { text, where: open.id, before, limit: SCREEN_PAGE_HITS });
  if (!found.ok) return undefined;
  return found.result.messages.findLast((message) => message.state === undefined && mentions(message.text, me))?.id;
}
