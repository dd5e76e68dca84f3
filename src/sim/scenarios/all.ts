import { crashingRelay } from './crashing-relay.ts';
import { hostileFifth, hostileTenth } from './hostile.ts';
import { hostileWeather } from './hostile-weather.ts';
import { lateRecipient } from './late-recipient.ts';
import { lineOfFive } from './line.ts';
import { metropolis } from './metropolis.ts';
import { partitionHeal } from './partition-heal.ts';
import { brokenRing } from './ring.ts';
import type { Scenario } from './scenario.ts';
import { swarm } from './swarm.ts';

/** Every scenario there is; the first is run when none is named. */
export const SCENARIOS: readonly Scenario[] = [
  swarm,
  lineOfFive,
  brokenRing,
  lateRecipient,
  partitionHeal,
  crashingRelay,
  hostileWeather,
  hostileTenth,
  hostileFifth,
  metropolis,
];
