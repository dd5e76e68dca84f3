import { nearest } from '../core/base/nearest.ts';
import { NAME, optional } from './arguments.ts';
import { command } from './command.ts';
import { didYouMean } from './find.ts';

export const theme = command({
  name: 'theme',
  summary: 'show the themes of this screen, or choose one',
  args: { name: optional({ ...NAME, label: 'NAME|FILE', about: 'a theme, or a FILE.toml that describes one' }) },
  options: {},
  examples: ['/theme', '/theme light'],
  akin: ['colors', 'colours', 'color'],
  chatOnly: true,
  local: true,
  run: async (_api, { name }, context) => {
    const themes = context.settings().find((s) => s.name === 'theme');
    if (!themes)
      return {
        ok: false,
        error: { code: 'E_USAGE', message: 'there are no themes here', hint: '/set shows what can be set' },
      };
    const { value, choices } = themes;
    if (name === undefined) return { ok: true, result: { theme: value, themes: choices, changed: false } };
    if (!choices.includes(name) && !name.endsWith('.toml')) {
      const hint = didYouMean(nearest(name, choices)) ?? `one of ${choices.join(', ')}, or a FILE.toml`;
      return { ok: false, error: { code: 'E_USAGE', message: `there is no theme ${name}`, hint } };
    }
    const changed = context.change('theme', name);
    return changed.ok ? { ok: true, result: { theme: changed.result.value, themes: choices, changed: true } } : changed;
  },
  render: ({ theme, themes, changed }) => {
    if (changed) return [`the theme is ${theme} now`];
    return [`the theme is ${theme}; there are ${themes.join(', ')}, or a FILE.toml`];
  },
});
