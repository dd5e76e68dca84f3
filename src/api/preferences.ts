/*
 * What a person may choose about a screen (docs/commands.md, settings). Each is an option of the command line too, a variable, and
 * a line of config.toml.
 */

/** Everything that can be chosen, by name: what it is about, and its values, the first for who chooses nothing. */
export const PREFERENCES = {
  theme: {
    about: 'colours: as the terminal says, one of these, or a FILE.toml',
    values: ['auto', 'dark', 'light', 'ansi', 'mono'],
  },
  color: { about: 'colour where the terminal has it, always, or never', values: ['auto', 'always', 'never'] },
  notify: {
    about: 'while you look elsewhere, say who has written, or also what, or only ring, or nothing',
    values: ['name', 'text', 'bell', 'off'],
  },
  time: { about: 'how lines and answers of commands write a time', values: ['HH:mm', 'iso'] },
  keymap: { about: 'keys as in the help, or with more of those of emacs', values: ['default', 'emacs'] },
  list: { about: 'whether the chats are listed where there is room', values: ['on', 'off'] },
} as const;

/** The name of something that can be chosen. */
export type PreferenceName = keyof typeof PREFERENCES;

/** What a person has chosen. `theme` may be the absolute path of a file. */
export type Preferences = {
  readonly [Name in Exclude<PreferenceName, 'theme'>]: (typeof PREFERENCES)[Name]['values'][number];
} & { readonly theme: string };

/** A line of the table `[keys]` in config.toml: `"alt+a" = "next-news"`. What both mean is the screen's to say. */
export type KeyLine = { readonly key: string; readonly action: string; readonly where: string };

/** Who chooses nothing has chosen this. */
export const USUAL_PREFERENCES: Preferences = {
  theme: 'auto',
  color: 'auto',
  notify: 'name',
  time: 'HH:mm',
  keymap: 'default',
  list: 'on',
};
