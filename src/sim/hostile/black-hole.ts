import type { Organs } from '../../core/node/organs.ts';
import type { Malice } from './hostile-node.ts';

/** Takes everybody's mail into custody, and never gives any of it on. What it writes itself it sends. */
export class BlackHole implements Malice {
  spoil({ custody, shelf }: Organs): void {
    const wayTo = custody.wayTo.bind(custody);
    custody.wayTo = (held, not, now) => (held.head.lane === 'own' ? wayTo(held, not, now) : undefined);
    const noWay = custody.noWay.bind(custody);
    custody.noWay = (held, now) => {
      if (held.head.lane === 'own') noWay(held, now);
    };
    const { forwarder } = custody;
    const offer = forwarder.offer.bind(forwarder);
    forwarder.offer = (id, peer) => {
      if (shelf.get(id)?.head.lane === 'own') offer(id, peer);
    };
  }
}
