import type { NoticeForm } from './osc.ts';

/** What a terminal understands beside text. */
export type Abilities = {
  /** Whether text can be a link (OSC 8). */
  readonly links: boolean;
  readonly notices: NoticeForm;
  /** A program between us and the terminal, that keeps to itself what it does not know. */
  readonly through: 'tmux' | 'screen' | undefined;
  /** Whether the person sits elsewhere, so that a notice would have to go over the network. */
  readonly remote: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a terminal understands, as far as the environment tells; one that is not known gets nothing it could print as text.
 * (Links: what each terminal's documentation says of OSC 8; tmux passes them on from 3.4.)
 */
export function abilitiesOf(env: Environment): Abilities {
  const through = env.TMUX ? 'tmux' : env.STY || /^screen/.test(env.TERM ?? '') ? 'screen' : undefined;
  const remote = Boolean(env.SSH_CONNECTION || env.SSH_TTY);
  // Inside tmux and screen the environment is that of whatever terminal was there first; a bell gets through all.
  if (through === 'screen') return { links: false, notices: 'bell', through, remote };
  if (through === 'tmux') return { links: atLeast(env, 'tmux', 3.4), notices: 'bell', through, remote };
  const name = nameOf(env);
  return { links: LINKS.has(name), notices: NOTICES[name] ?? 'bell', through, remote };
}

/** The terminal by the variables and names that it sets. */
function nameOf(env: Environment): string {
  if (env.KITTY_WINDOW_ID || env.TERM === 'xterm-kitty') return 'kitty';
  if (env.WT_SESSION) return 'windows';
  if (env.KONSOLE_VERSION) return 'konsole';
  if (Number(env.VTE_VERSION) >= 5000) return 'vte';
  const program = (env.TERM_PROGRAM || env.LC_TERMINAL || '').toLowerCase();
  const known = [...LINKS].find((name) => program.startsWith(name));
  return known ?? /^(?:xterm-)?(foot|alacritty|ghostty|rxvt|contour)/.exec(env.TERM ?? '')?.[1] ?? '';
}

const LINKS: ReadonlySet<string> = new Set([
  'kitty',
  'windows',
  'konsole',
  'vte',
  'iterm',
  'wezterm',
  'ghostty',
  'vscode',
  'foot',
  'alacritty',
  'contour',
  'rio',
]);

const NOTICES: Readonly<Record<string, NoticeForm>> = {
  kitty: 'osc99',
  foot: 'osc777',
  vte: 'osc777',
  rxvt: 'osc777',
  iterm: 'osc9',
  wezterm: 'osc9',
  ghostty: 'osc9',
  windows: 'osc9',
};

function atLeast({ TERM_PROGRAM, TERM_PROGRAM_VERSION }: Environment, name: string, version: number): boolean {
  return TERM_PROGRAM === name && Number.parseFloat(TERM_PROGRAM_VERSION ?? '') >= version;
}
