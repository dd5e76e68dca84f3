import { type Check, claim, type Member } from './check.ts';
import { Ways } from './ways.ts';

/** At no instant does a way turn in a circle: looked at whenever a node has had its turn or was switched off, on every way that its turn changed. */
export class NoCircles implements Check {
  readonly name = 'no circles';
  readonly #ways = new Ways();

  turned(at: Member): void {
    for (const to of this.#ways.look(at)) {
      claim(this.#ways.follow(at.index, to) !== 'circle', () => `the way from ${at.index} to ${to} turns in a circle`);
    }
  }
}
