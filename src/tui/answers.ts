import type { Result } from '../api/schema.ts';
import { fitsBanner } from './layout.ts';
import type { Pane } from './pane.ts';
import { isSameView, VIEWS } from './panes/table.ts';
import { type Banner, openConversation, type ViewState } from './screen-state.ts';
import { tracedIn } from './traces.ts';
import type { ViewEvent } from './view-state.ts';

/** What a command that was done has answered. */
export type Answered = {
  /** As it was typed. */
  readonly line: string;
  /** `/mesh send`; `/chat` for text. */
  readonly command: string;
  readonly result: unknown;
  /** The answer in words. */
  readonly lines: readonly string[];
};

/** What the screen makes of an answer: a view, a conversation that opens, a sentence above the prompt, or nothing where the chat shows it anyway. */
export function shownAs(answered: Answered, state: ViewState): readonly ViewEvent[] {
  const { command, result } = answered;
  const traced = tracedIn(command, result);
  // Whoever joins a channel means to read it.
  const joined = command === '/mesh subscribe' && hasId(result) ? joinedChannel(result as Result<'subscribe'>) : [];
  return [...(traced ? [{ type: 'traced', traced } as const] : []), ...joined, ...told(answered, state)];
}

function told({ line, command, result, lines }: Answered, state: ViewState): readonly ViewEvent[] {
  const pane = viewFor(command, line, result, state);
  if (pane) return [{ type: 'pane', pane }];
  const deed = DEEDS.has(command) && hasId(result);
  if (deed && command === '/mesh send') return sent(result as Result<'send'>, lines, state);
  // Text, and `/chat WHERE`, are answered by what the chat shows.
  const isChat = command === '/chat' && line.trim() !== '/chat';
  if (lines.length === 0 || isChat || isInSight(command, result, state)) return [];
  if ((lines.length === 1 || deed) && fitsBanner(lines, state)) return [said(command, lines)];
  return [{ type: 'pane', pane: { name: 'lines', title: line.trim(), lines, top: 0 } }];
}

/** The view that shows what a command answered; the one that is open stays as it is. */
function viewFor(command: string, line: string, result: unknown, state: ViewState): Pane | undefined {
  const words = line.trim().split(/\s+/).slice(command.split(' ').length);
  for (const { answers } of Object.values(VIEWS)) {
    if (!answers || ![answers.command].flat().includes(command)) continue;
    const pane = answers.pane(words, result, state);
    return pane && isSameView(pane, state.pane) ? state.pane : pane;
  }
  return undefined;
}

/** In the open conversation the line itself says how far it is. Who had none open has begun one. */
function sent({ id, to }: Result<'send'>, lines: readonly string[], state: ViewState): readonly ViewEvent[] {
  const { open, conversations } = state;
  const conversation = conversations.find((known) => known.id === to);
  const name = conversation?.name ?? to;
  if (conversation && open === undefined) return [{ type: 'opened', id: to, kind: conversation.kind, name }];
  return open === to ? [] : [said('/mesh send', lines, { id, to: name })];
}

const joinedChannel = ({ id, channel }: Result<'subscribe'>): readonly ViewEvent[] => [
  { type: 'opened', id, kind: 'channel', name: `#${channel}` },
];

/** Whether a command was about a line of the open conversation, which says so itself. */
function isInSight(command: string, result: unknown, state: ViewState): boolean {
  const id = ofMessage(result) ? result.id : undefined;
  return IN_PLACE.has(command) && !!openConversation(state)?.messages.some((line) => line.id === id);
}

function said(command: string, lines: readonly string[], about?: Banner['sent']): ViewEvent {
  const kind = NO_DEED.has(command) ? 'answer' : 'done';
  return { type: 'said', banner: { kind, text: lines.join('\n'), ...(about && { sent: about }) } };
}

/** Whether an answer speaks of a message: its id has another shape than those of nodes and channels. */
export const ofMessage = (result: unknown): result is { readonly id: string } =>
  hasId(result) && /^[0-9a-f]{64}$/.test(String(result.id));

const hasId = (result: unknown): result is { readonly id: unknown } =>
  typeof result === 'object' && result !== null && 'id' in result;

/** Commands whose answer says what was done, and lists nothing: it stands above the prompt though it may have two lines. */
const DEEDS: ReadonlySet<string> = new Set(['/mesh send', '/mesh broadcast', '/mesh subscribe']);

/** Commands that change nothing, or whose answer begins with how far a message is: no sign stands before it that something was done. */
const NO_DEED: ReadonlySet<string> = new Set([
  ...['/mesh send', '/mesh broadcast', '/mesh channels', '/mesh members', '/mesh ping', '/mesh trace', '/mesh why'],
  ...['/mesh route', '/mesh status', '/mesh doctor', '/mesh details', '/mesh map'],
  ...['/chat', '/contacts', '/history', '/requests', '/search'],
]);

/** Commands about a line, whose effect shows on it. */
const IN_PLACE: ReadonlySet<string> = new Set(['/reply', '/edit', '/delete', '/react']);
