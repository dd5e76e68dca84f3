import { graphemes } from './cells.ts';
import type { Action } from './keys.ts';
import { layout } from './layout.ts';
import type { Pane } from './screen-state.ts';
import type { Session } from './session.ts';
import { bodyRows } from './views/frame.ts';
import { chosenPeer, listedPeers } from './views/peers.ts';

/** What a key does in a view that fills the pane; whether it was taken there. */
export function actInPane(session: Session, action: Action): boolean {
  const { pane } = session.state;
  if (action.name === 'back' || action.name === 'interrupt') {
    const filtering = pane.name === 'peers' && pane.filter !== undefined;
    session.tell({ type: 'pane', pane: filtering ? { ...pane, filter: undefined } : { name: 'chat' } });
    return true;
  }
  if (action.name === 'end' || action.name === 'list') return false;
  if (action.name === 'pane' && action.pane === pane.name) {
    session.tell({ type: 'pane', pane: { name: 'chat' } });
    return true;
  }
  if (pane.name === 'peers') return actInPeers(session, pane, action);
  if ('top' in pane) return scrollPane(session, pane, action);
  return false;
}

/** What a letter does in a view; whether it was taken. A letter that means nothing there goes back to the prompt with it. */
export function typeInPane(session: Session, text: string): boolean {
  const { pane } = session.state;
  if (pane.name === 'peers') {
    for (const letter of graphemes(text)) typeInPeers(session, letter);
    return true;
  }
  session.tell({ type: 'pane', pane: { name: 'chat' } });
  return text === 'q' || text === '?';
}

type Scrolled = Extract<Pane, { readonly top: number }>;
type Peers = Extract<Pane, { readonly name: 'peers' }>;

function scrollPane(session: Session, pane: Scrolled, action: Action): boolean {
  const page = Math.max(1, bodyRows(layout(session.state).main) - 2);
  const by =
    action.name === 'up' ? -1 : action.name === 'down' ? 1 : action.name === 'scroll' ? action.pages * page : 0;
  if (by === 0) return false;
  session.tell({ type: 'pane', pane: { ...pane, top: Math.max(0, pane.top + by) } });
  return true;
}

function actInPeers(session: Session, pane: Peers, action: Action): boolean {
  const page = Math.max(1, (bodyRows(layout(session.state).main) >> 1) - 2);
  switch (action.name) {
    case 'up':
    case 'down':
      return choose(session, pane, action.name === 'up' ? -1 : 1);
    case 'scroll':
      return choose(session, pane, action.pages * page);
    case 'submit':
      if (pane.filter !== undefined && pane.filter !== '')
        session.tell({ type: 'pane', pane: { ...pane, chosen: chosenPeer(session.state), filter: undefined } });
      else openChosen(session);
      return true;
    case 'edit':
      if (action.op === 'erase' && pane.filter !== undefined) {
        session.tell({
          type: 'pane',
          pane: { ...pane, filter: pane.filter === '' ? undefined : pane.filter.slice(0, -1) },
        });
      }
      return true;
    case 'complete':
      session.tell({ type: 'pane', pane: { name: 'chat' } });
      return true;
    default:
      return false;
  }
}

function choose(session: Session, pane: Peers, by: number): boolean {
  const shown = listedPeers(session.state);
  const at = shown.findIndex(({ id }) => id === chosenPeer(session.state));
  const to = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  session.tell({ type: 'pane', pane: { ...pane, chosen: to?.id } });
  return true;
}

function openChosen(session: Session): void {
  const chosen = session.state.peers.find(({ id }) => id === chosenPeer(session.state));
  if (chosen) session.open({ id: chosen.id, kind: 'direct', name: chosen.name });
}

function typeInPeers(session: Session, letter: string): void {
  const { pane } = session.state;
  if (pane.name !== 'peers') session.type(letter);
  else if (pane.filter === undefined) peerLetter(session, pane, letter);
  else session.tell({ type: 'pane', pane: { ...pane, filter: pane.filter + letter } });
}

function peerLetter(session: Session, pane: Peers, letter: string): void {
  const id = chosenPeer(session.state);
  const about = { r: '/mesh route', p: '/mesh ping', w: '/mesh why' }[letter];
  if (about !== undefined && id !== undefined) void session.run(`${about} ${id}`);
  else if (letter === '/') session.tell({ type: 'pane', pane: { ...pane, filter: '' } });
  else if (letter === 's') void session.run('/mesh peers --scan');
  else if (letter === 'q') session.tell({ type: 'pane', pane: { name: 'chat' } });
}
