import { FAULTS, type FaultCode, type Finding } from '../base/fault.ts';
import { PATIENCE_MS } from '../base/limits.ts';
import { CLOSE_REASONS } from '../base/peer-error.ts';
import { span } from '../base/span.ts';
import type { Instant, Timestamp } from '../base/time.ts';
import { fromBase32 } from '../bytes/base32.ts';
import type { NodeId } from '../crypto/node-id.ts';
import { ageSeconds, type Held } from '../store/shelf.ts';
import { ENVELOPE_KINDS, type EnvelopeId } from '../wire/envelope.ts';
import type { Attempt } from './attempts.ts';
import { diagnose, type Patient } from './diagnosis.ts';
import type { DeliveryRecord } from './record.ts';

/** Why something is as it is: sentences that this node can stand by, and codes for programs. Ids of nodes in them are whole. */
export type Why = {
  /** What is the case, what was tried and when, what stands in the way; each a clause. */
  readonly sentences: readonly string[];
  readonly findings: readonly Finding[];
};

/** Why a message of ours, or a peer, is in the state it is in; `undefined` for a message that this node remembers nothing of. */
export function whyOf(what: EnvelopeId | NodeId, node: Patient, now: Instant): Why | undefined {
  const isNode = fromBase32(what)?.length === 32;
  return isNode ? whyPeer(what as NodeId, node, now) : whyMessage(what as EnvelopeId, node, now);
}

/** Why a message is in its last state, by its delivery record: for those that a node does not keep in memory any more. */
export function whyEnded(delivery: DeliveryRecord, calendar: Timestamp): Why {
  const ago = `${span(Math.max(0, calendar - delivery.at))} ago`;
  const detail = delivery.detail ?? 'no reason was given';
  const over = (delivery.hops ?? 1) > 1 ? ` over ${delivery.hops} hops` : '';
  switch (delivery.state) {
    case 'delivered':
    case 'read':
      return answer(
        delivery,
        'DELIVERED',
        `it was ${delivery.state} ${ago}${over}: the signed receipt of ${delivery.to} is here`,
      );
    case 'expired':
      return answer(delivery, 'MAIL_EXPIRED', `it was given up ${ago}: ${detail}, and it is not tried any more`);
    case 'refused':
      if (detail === 'discarded') return answer(delivery, 'DISCARDED', `you took it back ${ago}`);
      return answer(delivery, 'MAIL_REFUSED', `it was refused ${ago}: ${detail}`);
    case 'carried':
      return answer(delivery, 'CARRIED', `${detail}, since ${ago}; this node has nothing more of it to send`);
    case 'sent':
      return answer(
        delivery,
        'SENT',
        `the node of ${delivery.to} took it ${ago}; this node has nothing more of it to send`,
      );
    case 'queued':
      return answer(delivery, 'QUEUED', 'it was written here, and this node has nothing of it to send any more');
  }
}

/** Why a peer can or cannot be reached now, and what waits for it. */
function whyPeer(id: NodeId, node: Patient, now: Instant): Why {
  const { sentences, findings } = wayTo(id, node, now);
  return { sentences: [...sentences, ...keptFor(id, node)], findings };
}

/** Whether there is a way to a peer, and what is wrong with it. */
function wayTo(id: NodeId, node: Patient, now: Instant): Why {
  const faults = diagnose(node, now).filter(({ subject }) => subject === id);
  const wrong = faults.filter(({ code }) => !UNANSWERED.has(code)).map(({ found }) => found);
  const state = stateOf(id, node, now);
  // That there is no way needs no code beside the one that says why.
  const states = state.code === 'UNCONNECTED' && faults.length > 0 ? [] : [state];
  return { sentences: [state.found, ...wrong], findings: [...faults, ...states] };
}

/** These say what the calls to a peer say as well. */
const UNANSWERED: ReadonlySet<FaultCode> = new Set(['NO_ROUTE', 'PEER_AWAY', 'WRONG_ADDRESS']);

function stateOf(id: NodeId, { sessions, routes, contacts, ...node }: Patient, now: Instant): Finding {
  const is = (code: FaultCode, found: string): Finding => ({ code, subject: id, found });
  if (contacts.get(id)?.blocked) return is('BLOCKED', `you blocked ${id}: nothing goes there or comes from there`);
  const session = sessions.with(id);
  if (session) {
    const at = node.dials.connectedAt(id);
    const since = at === undefined ? '' : ` for ${span(now - at)}`;
    return is('CONNECTED', `${id} is connected, at ${session.connection.address}${since}`);
  }
  const route = routes.entries(id).find(({ selected }) => selected);
  if (route)
    return is('REACHABLE', `${id} is not connected; there is a route of ${route.hops} hops over ${route.nextHop}`);
  return is('UNCONNECTED', notConnected(id, node, now));
}

/** What is known of a peer that there is no way to. */
function notConnected(
  id: NodeId,
  { peers, dials, calendar }: Pick<Patient, 'peers' | 'dials' | 'calendar'>,
  now: Instant,
): string {
  const peer = peers.get(id);
  if (!peer) return `nothing has been heard of ${id}: no address, no route`;
  const when = peer.goodbyeAt ?? peer.lastSeen;
  const last = `${span(Math.max(0, calendar.at(now) - when))} ago`;
  const seen = `, last heard of ${peer.goodbyeAt === undefined ? '' : 'when it said goodbye, '}${last}`;
  const nowhere = `${id} is not connected and there is no route${peer.name === '' || peer.lastSeen === 0 ? '' : seen}`;
  if (peer.addresses.length === 0) return `${nowhere}; no address is known`;
  const calls = dials.of(id);
  const called = dials.connectedAt(id) === undefined ? 'not called yet' : 'not called since';
  if (!calls) return `${nowhere}; ${called}, at ${peer.addresses.join(', ')}`;
  const call = `${span(now - calls.lastAt)} ago at ${calls.addresses.join(', ')}`;
  const times = calls.count === 1 ? call : `${calls.count} times in ${span(now - calls.firstAt)}, last ${call}`;
  const answer = calls.failure ? calls.failure.detail || CLOSE_REASONS[calls.failure.reason].text : 'no answer yet';
  return `${nowhere}; called ${times}: ${answer}`;
}

/** How much mail of ours waits here for somebody. */
function keptFor(id: NodeId, { shelf }: Patient): string[] {
  const waiting = [...shelf.waitingFor(id)].filter(({ head }) => !head.silent).length;
  return waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'message is' : 'messages are'} kept here for it`];
}

/** Why a message of ours is in the state it is in. */
function whyMessage(id: EnvelopeId, node: Patient, now: Instant): Why | undefined {
  const delivery = node.deliveries.get(id);
  if (!delivery) return undefined;
  const tries = tried(node.attempts.of(id), now);
  const held = node.shelf.get(id);
  const ended = delivery.state !== 'queued' && delivery.state !== 'carried' && delivery.state !== 'sent';
  if (!held || ended) {
    const { sentences, findings } = whyEnded(delivery, node.calendar.at(now));
    return { sentences: [...sentences, ...tries], findings };
  }
  const left = (held.head.ttlSeconds - ageSeconds(held, now)) * 1000;
  const until = `it is tried for ${span(Math.max(0, left))} more, on everything that could help`;
  if (held.head.kind === ENVELOPE_KINDS.channel) return whyPost(held, delivery, { tries, until }, node);
  switch (delivery.state) {
    case 'queued': {
      const age = span(ageSeconds(held, now) * 1000);
      const found = `it has been on this disk for ${age}, and nobody else has it yet`;
      const to = wayTo(held.head.to as NodeId, node, now);
      const obstacles = to.findings.filter(isObstacle);
      const refused = notTaken(node.attempts.of(id), held.head.to, now);
      const sentences = [found, ...tries, ...to.sentences, until];
      return { sentences, findings: [...refused, ...obstacles, { code: 'QUEUED', subject: id, found }] };
    }
    case 'carried': {
      const { handedTo, to } = held.head;
      const found = `${listed(handedTo)} took it to carry it; no receipt has come back yet`;
      const holes = diagnose(node, now).filter(
        ({ code, subject }) => code === 'RELAY_BLACK_HOLE' && handedTo.includes(subject as NodeId),
      );
      const way = wayTo(to as NodeId, node, now);
      const sentences = [found, ...holes.map((one) => one.found), ...tries, ...way.sentences, until];
      return {
        sentences,
        findings: [...holes, ...way.findings.filter(isObstacle), { code: 'CARRIED', subject: id, found }],
      };
    }
    case 'sent': {
      const found = `the node of ${held.head.to} said that it has it; the receipt has not come yet`;
      return { sentences: [found, ...tries, until], findings: [{ code: 'SENT', subject: id, found }] };
    }
  }
}

const isObstacle = ({ code }: Finding): boolean => FAULTS[code].severity !== 'info';

/** Nobody acknowledges a post: who reads its channel, as far as neighbours say, and who took it, is all that there is to know. */
function whyPost(
  { head }: Held,
  { id, to }: DeliveryRecord,
  { tries, until }: { readonly tries: readonly string[]; readonly until: string },
  { interest }: Patient,
): Why {
  const readers = interest.readers(to).length;
  const ways = `${readers} ${readers === 1 ? 'neighbour reads' : 'neighbours read'} this channel or lead to readers`;
  const taken = head.handedTo.length > 0;
  const found = taken ? `${listed(head.handedTo)} took it; ${ways}` : `nobody took it yet; ${ways}`;
  return {
    sentences: [found, ...tries, until],
    findings: [{ code: taken ? 'CARRIED' : 'QUEUED', subject: id, found }],
  };
}

/** What the last neighbour that was given it said, when that was no, or nothing. */
function notTaken(attempts: readonly Attempt[], to: string, now: Instant): Finding[] {
  const last = attempts.at(-1);
  const isSilent = last?.outcome === 'unanswered' && now - last.at >= PATIENCE_MS;
  if (!last || !(isSilent || REFUSED.has(last.outcome))) return [];
  const code: FaultCode =
    last.outcome === 'full' ? 'QUOTA_FULL' : last.outcome === 'no-route' ? 'NO_ROUTE' : 'NOT_TAKEN';
  return [{ code, subject: code === 'NOT_TAKEN' ? last.peer : to, found: attemptLine(last, now) }];
}

const tried = (attempts: readonly Attempt[], now: Instant): string[] => attempts.map((one) => attemptLine(one, now));

const attemptLine = ({ peer, at, outcome }: Attempt, now: Instant): string =>
  `${peer} was given it ${span(Math.max(0, now - at))} ago and ${outcomeWords(outcome)}`;

/** What came of a try, in words that go on from who was given it. */
export const outcomeWords = (outcome: Attempt['outcome']): string => OUTCOMES[outcome] ?? `refused it (${outcome})`;

const OUTCOMES: Partial<Readonly<Record<Attempt['outcome'], string>>> = {
  unanswered: 'has not answered yet',
  aborted: 'gave up before it answered',
  accepted: 'took it',
  held: 'had it already',
  passed: 'had passed it on already',
  done: 'says that it has arrived',
  full: 'has no room for it (full)',
  expired: 'found it too old',
  hops: 'may not pass it on: it has made all its hops',
  invalid: 'found it invalid',
  unsupported: 'does not understand it',
  blocked: 'refuses mail from this node (blocked)',
  'no-route': 'knows no way to the recipient (no-route)',
};

const REFUSED: ReadonlySet<Attempt['outcome']> = new Set(['full', 'hops', 'no-route', 'aborted']);

const answer = ({ id, to }: DeliveryRecord, code: FaultCode, found: string): Why => ({
  sentences: [found],
  findings: [{ code, subject: code === 'MAIL_EXPIRED' || code === 'MAIL_REFUSED' ? to : id, found }],
});

const listed = (ids: readonly NodeId[]): string => (ids.length === 0 ? 'somebody' : ids.join(', '));
