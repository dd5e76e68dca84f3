import type { Details, LifeStep } from '../api/reading.ts';
import { span } from '../core/base/span.ts';
import { lineFor } from './aloud.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { LINE_OR_OWN, messageMeant } from './message-meant.ts';
import { bytes, clock, plural } from './show.ts';
import type { Wording } from './wording.ts';

export const meshDetails = command({
  name: 'mesh details',
  summary: 'show who has a message, since when, and by which way',
  args: { message: LINE_OR_OWN },
  options: {},
  examples: ['/mesh details 81b04c', '/mesh details ^'],
  akin: ['info', 'track', 'delivery'],
  run: async (api, { message }, context) => {
    const meant = await messageMeant(api, message, 'own', context);
    return meant.ok ? api.call('details', { id: meant.result.id }) : meant;
  },
  render: (details, context) => [
    lineFor(details.message, context),
    ...details.steps.map((step) => stepLine(step, details, context)),
    ...facts(details, context),
    ...(details.members ?? []).map(({ name, has }) => `  ${name} ${has ? 'has it' : 'is not known to have it'}`),
    commandsIn(details.why.paragraph, context.face),
  ],
});

/** `  06:09 written by ann`, and those after it: `  +12 s delivered to bob, over 2 links`. */
function stepLine(step: LifeStep, { message, steps: [first = step] }: Details, wording: Wording): string {
  const { what, at, who, hops, detail } = step;
  // Who wrote to us may have a calendar that is ahead of ours.
  const time = step === first || at < first.at ? clock(at, wording) : `+${span(at - first.at)}`;
  const words = WORDS[what](who?.name, message.fromName);
  const over = hops === undefined || hops === 0 ? '' : `, over ${plural(hops, 'link')}`;
  const more = detail === undefined ? '' : what === 'tried' ? ` and ${detail}` : `: ${detail}`;
  return `  ${time} ${words}${over}${more}`;
}

const WORDS: Readonly<Record<LifeStep['what'], (who: string | undefined, author: string) => string>> = {
  written: (_who, author) => `written by ${author}`,
  received: (who) => `received${who === undefined ? '' : ` from ${who}`}`,
  tried: (who) => `${who ?? 'somebody'} was given it`,
  queued: () => 'on the disk of this node',
  carried: () => 'carried',
  sent: (who) => (who === undefined ? 'sent' : `the node of ${who} has it`),
  delivered: (who) => (who === undefined ? 'delivered' : `delivered to ${who}`),
  read: (who) => (who === undefined ? 'read' : `read by ${who}`),
  refused: () => 'refused',
  expired: () => 'given up',
  edited: (_who, author) => `edited by ${author}`,
  deleted: (_who, author) => `taken back by ${author}`,
};

/** What is known beside the steps, in one line; none when that is nothing. */
function facts({ size, via, holders, keptUntil, copies }: Details, wording: Wording): string[] {
  const parts = [
    ...(holders.length === 0
      ? []
      : [
          `${holders.map(({ name }) => name).join(', ')} ${holders.length === 1 ? 'says that it has it' : 'say that they have it'}`,
        ]),
    ...(via === undefined ? [] : [`brought by ${via.name}`]),
    ...(size === undefined ? [] : [`${bytes(size)} sealed`]),
    ...(keptUntil === undefined ? [] : [`kept here until ${clock(keptUntil, wording)}`]),
    ...(copies === undefined || copies < 2 ? [] : [`${copies} copies may still be given to carriers`]),
  ];
  return parts.length === 0 ? [] : [`  ${parts.join(' · ')}`];
}
