import type { Explanation } from '../../api/finding.ts';
import type { PaneOf } from '../pane.ts';
import { details } from '../views/details.ts';
import { scrolling } from './scrolling.ts';
import type { View } from './view.ts';

/** The life of one message. */
export const DETAILS: View<PaneOf<'details'>> = {
  draw: details,
  act: scrolling,
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
    command: '/mesh why',
    pane: (_words, result) => {
      const about = (result as Explanation).findings.find(({ subject }) => /^[0-9a-f]{64}$/.test(subject));
      return about && { name: 'details', message: about.subject, top: 0 };
    },
  },
};

/** The other side of a direct message: only our own have a state. */
const peerOf = ({ state, to, from }: NonNullable<PaneOf<'details'>['shows']>['message']): string =>
  state === undefined ? from : to;
