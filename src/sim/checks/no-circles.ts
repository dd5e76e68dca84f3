import { type Check, claim, type Member } from './check.ts';
import { Ways } from './ways.ts';

/** At no instant does a way turn in a circle: looked at whenever a node has had its turn or was switched off, on every way that its turn changed. */
export class NoCircles implements Check {
  readonly name = 'no circles';
  readonly #ways = new Ways();

  turned(at: Member): void {
    const changed = this.#ways.look(at);
    const from = at.node?.id;
    if (from === undefined) return;
    for (const to of changed) {
      const way = this.#ways.follow(from, to);
      claim(way !== 'circle', () => `the way from ${at.index} to ${to.slice(0, 8)} turns in a circle`);
    }
  }
}
