import type { Explanation } from '../../api/finding.ts';
import type { Details } from '../../api/reading.ts';
import type { PaneOf } from '../pane.ts';
import { details } from '../views/details.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

/** The life of one message. */
export const DETAILS: View<PaneOf<'details'>> = {
  draw: details,
  act: (...key) => scrolling(details, ...key),
  type: (_state, { message, shows }, letter) => {
    switch (letter) {
      case 't':
        return [{ do: 'run', line: `/retry ${message}` }];
      case 'r':
        return shows?.message.kind === 'direct'
          ? [{ do: 'show', pane: { name: 'route', peer: peerOf(shows.message) } }]
          : [];
      case 'y':
        return shows && [{ do: 'copy', what: 'the text', text: shows.message.text }];
      case 'q':
        return [{ do: 'back' }];
      default:
        return undefined;
    }
  },
  read: (api, { message }) => api.call('details', { id: message }),
  subject: ({ message }) => message,
  answers: {
    command: ['/mesh why', '/mesh details'],
    pane: (_words, result) => {
      const message = messageOf(result as Explanation | Details);
      return message === undefined ? undefined : { name: 'details', message, top: 0 };
    },
  },
};

/** Which message an answer is about; what is said of a peer is about none. */
const messageOf = (result: Explanation | Details): string | undefined =>
  'message' in result
    ? result.message.id
    : result.findings.find(({ subject }) => /^[0-9a-f]{64}$/.test(subject))?.subject;

/** The other side of a direct message: only our own have a state. */
const peerOf = ({ state, to, from }: NonNullable<PaneOf<'details'>['shows']>['message']): string =>
  state === undefined ? from : to;
