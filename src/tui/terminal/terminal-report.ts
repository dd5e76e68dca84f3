import type { Preferences } from '../../api/preferences.ts';
import type { Finding } from '../../core/base/fault.ts';
import { colorDepth, speaksUtf8, THEME_CHOICES } from '../drawing/theme.ts';
import { abilitiesOf } from './abilities.ts';
import type { TerminalAnswers } from './ask-terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What there is to say of a terminal: what keeps the screen from being drawn as it is meant, and what is so. */
export type TerminalReport = {
  readonly findings: readonly Finding[];
  readonly good: readonly { readonly what: string; readonly found: string }[];
};

/** Words for `qpc doctor` about the terminal: what it is, how the screen is drawn on it, and why. */
export function terminalReport(
  answers: TerminalAnswers,
  { env, preferences }: { readonly env: Environment; readonly preferences: Preferences },
): TerminalReport {
  const rows: readonly (readonly [what: string, found: string | undefined])[] = [
    ['terminal', nameOf(answers, env)],
    ['text', speaksUtf8(env) ? `UTF-8 (${localeOf(env)})` : undefined],
    ['colours', colorsOf(env, preferences)],
    ['theme', themeOf(answers, env, preferences)],
    ['keys', answers.kitty ? KITTY_KEYS : USUAL_KEYS],
    ['pastes', answers.marksPastes ? 'marked by the terminal' : UNTOLD_PASTES],
    ['copying', COPYING[abilitiesOf(env).through ?? 'none']],
    ['notices', noticesOf(env, preferences)],
    ['links', abilitiesOf(env).links ? 'can be followed where they stand (OSC 8)' : 'are plain text here'],
  ];
  return {
    findings: [...asciiOf(answers, env), ...widthsOf(answers)],
    good: rows.flatMap(([what, found]) => (found === undefined ? [] : [{ what, found }])),
  };
}

/** Why only ASCII is drawn. */
function asciiOf({ glyphs }: TerminalAnswers, env: Environment): readonly Finding[] {
  const found = !speaksUtf8(env)
    ? `the locale is ${localeOf(env)}, which is no UTF-8`
    : glyphs.asciiOnly
      ? 'the terminal takes the bytes of UTF-8 for letters of their own'
      : glyphs.wideAmbiguous
        ? 'the terminal draws lines and signs in two cells'
        : undefined;
  return found === undefined ? [] : [{ code: 'TERMINAL_ASCII', subject: 'terminal', found }];
}

function widthsOf({ glyphs: { simplified, asciiOnly } }: TerminalAnswers): readonly Finding[] {
  if (asciiOnly || simplified.size === 0) return [];
  const kinds = [...simplified].map((kind) => CLUSTER_WORDS[kind]).join(', ');
  return [{ code: 'TERMINAL_WIDTHS', subject: 'terminal', found: `it draws these in other than two cells: ${kinds}` }];
}

const localeOf = ({ LC_ALL, LC_CTYPE, LANG }: Environment): string => LC_ALL || LC_CTYPE || LANG || 'none set';

/** `tmux 3.3a (tmux-256color), 100 columns and 30 rows, over ssh`. */
function nameOf({ size, answers }: TerminalAnswers, env: Environment): string {
  const { TERM, TERM_PROGRAM, TERM_PROGRAM_VERSION } = env;
  const program = [TERM_PROGRAM, TERM_PROGRAM_VERSION].filter(Boolean).join(' ');
  const kind = TERM || 'TERM is not set';
  const name = program === '' ? kind : `${program} (${kind})`;
  const far = abilitiesOf(env).remote ? ', over ssh' : '';
  return `${name}, ${size.cols} columns and ${size.rows} rows${far}${answers ? '' : '; it answers no question'}`;
}

function colorsOf(env: Environment, { color }: Preferences): string {
  const depth = DEPTH_WORDS[colorDepth(env, color)];
  const why =
    color !== 'auto'
      ? `color is ${color}`
      : env.FORCE_COLOR !== undefined
        ? 'FORCE_COLOR is set'
        : env.NO_COLOR
          ? 'NO_COLOR is set'
          : `TERM is ${env.TERM ?? 'not set'}, COLORTERM is ${env.COLORTERM ?? 'not set'}`;
  return `${depth}: ${why}`;
}

/** The theme, and what decided it. */
function themeOf({ background }: TerminalAnswers, env: Environment, { theme }: Preferences): string {
  if (theme !== 'auto')
    return THEME_CHOICES.some((known) => known === theme) ? `${theme}, as it is set` : `the file ${theme}`;
  if (background !== undefined) return `${background}: the terminal says that its background is`;
  const told = /[;:](?:7|15)$/.test(env.COLORFGBG ?? '') ? 'light' : 'dark';
  return env.COLORFGBG
    ? `${told}: COLORFGBG is ${env.COLORFGBG}`
    : 'dark: the terminal does not tell its background; /theme light if it is';
}

function noticesOf(env: Environment, { notify }: Preferences): string {
  const { notices, remote } = abilitiesOf(env);
  if (notify === 'off') return 'none: notify is off';
  if (remote && notify !== 'bell') return `none over ssh; /set notify bell rings there`;
  return notify === 'bell' ? 'a bell: notify is bell' : `${NOTICE_WORDS[notices]}: notify is ${notify}`;
}

const KITTY_KEYS = 'all, in the way of kitty: Shift+Enter makes a new line';
const USUAL_KEYS = 'Shift+Enter is Enter to this terminal; Ctrl+J and Alt+Enter make a new line';

// Some mark them and do not say so when they are asked: tmux 3.3.
const UNTOLD_PASTES = 'the terminal does not say whether it marks them: several lines in one read count as one, too';

const COPYING = {
  none: 'OSC 52, if the terminal allows it',
  tmux: 'OSC 52 through tmux, with: set -g set-clipboard on',
  screen: 'OSC 52, which GNU screen may keep to itself',
} as const;

const DEPTH_WORDS = { none: 'none', few: '16', many: '256', all: '16 million' } as const;

const NOTICE_WORDS = {
  bell: 'a bell',
  osc9: 'on the desktop (OSC 9)',
  osc99: 'on the desktop (OSC 99)',
  osc777: 'on the desktop (OSC 777)',
} as const;

const CLUSTER_WORDS = {
  joined: 'families',
  keycap: 'keycaps',
  toned: 'tones of skin',
  flag: 'flags',
  dressed: 'signs dressed as emoji',
  picture: 'emoji',
} as const;
