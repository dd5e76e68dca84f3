import { nearest } from '../core/base/nearest.ts';
import { called, NAME, oneWord, optional } from './arguments.ts';
import { command } from './command.ts';
import { didYouMean } from './find.ts';
import { columns } from './show.ts';

export const set = command({
  name: 'set',
  summary: 'show the settings of this screen, or change one',
  args: {
    name: optional(called('NAME', 'a setting', oneWord('', '', 'setting'))),
    value: optional(called('VALUE', 'one of its values', NAME)),
  },
  options: {},
  examples: ['/set'],
  akin: ['config', 'settings'],
  chatOnly: true,
  local: true,
  run: async (_api, { name, value }, context) => {
    const settings = context.settings().map(({ name, value, choices }) => ({ name, value, choices }));
    if (name === undefined) return { ok: true, result: { settings } };
    const setting = settings.find((s) => s.name === name);
    if (!setting) {
      const near = nearest(
        name,
        settings.map((s) => s.name),
      );
      const hint = didYouMean(near) ?? '/set shows them';
      return { ok: false, error: { code: 'E_USAGE', message: `there is no setting ${name} here`, hint } };
    }
    if (value === undefined) return { ok: true, result: { settings: [setting] } };
    if (!setting.choices.includes(value)) {
      const message = `${name} must be ${setting.choices.join(' or ')}, not ${value}`;
      return { ok: false, error: { code: 'E_USAGE', message } };
    }
    context.change(name, value);
    return { ok: true, result: { settings: [{ ...setting, value }] } };
  },
  render: ({ settings }) =>
    settings.length === 0
      ? ['there is nothing to set here']
      : columns(settings.map((s) => [s.name, s.value, `of ${s.choices.join(', ')}`])),
});
