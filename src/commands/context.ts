import type { Diagnosis } from '../api/finding.ts';
import type { Outcome } from '../api/schema.ts';
import type { Changed, Setting } from '../api/setting.ts';
import type { Wording } from './wording.ts';

/** A conversation that a person has opened. */
export type Conversation = {
  /** A full NodeId or ChannelId. */
  readonly id: string;
  readonly kind: 'direct' | 'channel';
  /** `#topic`, petname or `~name.k7qd`. */
  readonly name: string;
};

/** What a command may know of the screen it was typed on, and do to it. */
export interface Context extends Wording {
  readonly face: 'chat' | 'shell';

  /** The conversation that text without a slash goes to. */
  conversation(): Conversation | undefined;
  open(conversation: Conversation): void;
  /** Leaves the screen once the answer is shown. */
  quit(): void;

  /** Copies a text to where pastes come from, and says so; `what` says what it is. Absent where there is no such place. */
  copy?(text: string, what: string): void;

  /** The settings of this screen and its profile; none is fine. */
  settings(): readonly Setting[];
  /** Writes a setting down, and changes this screen at once if it is about the screen. */
  change(name: string, value: string): Outcome<Changed>;

  /** Looks at what is around this program: its settings, and the terminal if there is one. Absent where that is somebody else's. */
  lookAround?(): Promise<Diagnosis>;

  /** Looks at this profile without its node: files, disk, clock, and why no node runs. Absent where there always is one. */
  inspect?(): Promise<Outcome<Diagnosis>>;
}
