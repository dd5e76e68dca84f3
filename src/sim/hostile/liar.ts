import type { Organs } from '../../core/node/organs.ts';
import { type ControlMessage, METRIC_INFINITE, type Route } from '../../core/wire/mesh-message.ts';
import { BlackHole } from './black-hole.ts';
import type { Malice } from './hostile-node.ts';

/** The smallest distance that is believed of anybody but an origin (docs/protocol.md §2.1, rule 6). */
const NEAR = { metric: 16, hops: 1 } as const;

/** Says that everybody is its neighbour, never that it has lost a way, and swallows the mail that this brings. */
export class Liar implements Malice {
  spoil(organs: Organs): void {
    new BlackHole().spoil(organs);
    const { routes } = organs;
    const poll = routes.pollMessage.bind(routes);
    routes.pollMessage = () => {
      const out = poll();
      return out && { to: out.to, message: lie(out.message) };
    };
  }
}

function lie(message: ControlMessage): ControlMessage {
  if (message.type !== 'routes') return message;
  const routes = message.routes.filter(({ metric }) => metric !== METRIC_INFINITE);
  return { ...message, routes: routes.map((route): Route => (route.hops === 0 ? route : { ...route, ...NEAR })) };
}
