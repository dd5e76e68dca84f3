import { COPY_BYTES_MAX } from '../../core/base/limits.ts';
import type { Banner } from '../screen-state.ts';
import type { Abilities } from './abilities.ts';
import { clipboard, passedOn } from './osc.ts';

/** What is written to the terminal to copy a text, and what to say of it. A terminal does not say whether it took it. */
export function copying(
  text: string,
  what: string,
  { through }: Abilities,
): { readonly bytes: string; readonly says: Banner } {
  const command = clipboard(text);
  if (command === undefined) {
    const why = `${what} not copied: it is more than a terminal takes (${Math.floor(COPY_BYTES_MAX / 1000)} kB)`;
    return { bytes: '', says: { kind: 'error', text: why } };
  }
  // tmux takes it only when it is told to.
  const told = through === 'tmux' ? ' · if nothing comes of it: tmux set -g allow-passthrough on' : '';
  return { bytes: passedOn(command, through), says: { kind: 'done', text: `copied ${what} (OSC 52)${told}` } };
}
