import type { Message } from '../../api/shapes.ts';
import type { Pane } from '../pane.ts';
import type { ViewState } from '../screen-state.ts';
import { beginning } from './chat-rows.ts';
import type { Conversation } from './conversations.ts';

/**
 * What the screen holds of a line beside the line itself, once that is another: quotes of it, hits of a search, what is being answered. Of a
 * line that was taken back no word stays (docs/protocol.md §4.5, rule 4).
 */
export function retold(state: ViewState, line: Message): ViewState {
  const { aims, conversations, pane, search } = state;
  const aim = [...aims].find(([, { kind, id }]) => kind === 'reply' && id === line.id);
  return {
    ...state,
    conversations: conversations.map((conversation) => requoted(conversation, line)),
    pane: inHits(pane, line),
    search: search && inHits(search, line),
    ...(aim ? { aims: new Map([...aims, [aim[0], { ...aim[1], text: beginning(line.text) }]]) } : {}),
  };
}

/** The lines that answer it quote it as it is now. */
function requoted(conversation: Conversation, { id, text }: Message): Conversation {
  const quote = beginning(text);
  const isOld = ({ re }: Message): boolean => re?.id === id && re.text !== undefined && re.text !== quote;
  if (!conversation.messages.some(isOld)) return conversation;
  const messages = conversation.messages.map((message) =>
    isOld(message) ? { ...message, re: { ...message.re!, text: quote } } : message,
  );
  return { ...conversation, messages };
}

function inHits<P extends Pane>(pane: P, line: Message): P {
  if (pane.name !== 'search' || !pane.hits.some(({ id }) => id === line.id)) return pane;
  return { ...pane, hits: pane.hits.map((hit) => (hit.id === line.id ? line : hit)) };
}
