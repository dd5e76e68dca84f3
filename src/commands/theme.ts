import { NAME, optional } from './arguments.ts';
import { command } from './command.ts';

export const theme = command({
  name: 'theme',
  summary: 'show the themes of this screen, or choose one',
  args: { name: optional(NAME) },
  options: {},
  examples: ['/theme'],
  akin: ['colors', 'colours', 'color'],
  chatOnly: true,
  local: true,
  run: async (_api, { name }, context) => {
    const themes = context.settings().find((s) => s.name === 'theme');
    if (!themes)
      return { ok: false, error: { code: 'E_USAGE', message: 'there are no themes here: line mode has no colours' } };
    if (name !== undefined && !themes.choices.includes(name)) {
      const message = `there is no theme ${name}`;
      return { ok: false, error: { code: 'E_USAGE', message, hint: `one of ${themes.choices.join(', ')}` } };
    }
    if (name !== undefined) context.change('theme', name);
    return { ok: true, result: { theme: name ?? themes.value, themes: themes.choices } };
  },
  render: ({ theme, themes }) => [`theme ${theme}, of ${themes.join(', ')}`],
});
