import { CONFIGURABLE } from '../api/reading.ts';
import type { NodeApi } from '../api/schema.ts';
import type { Setting } from '../api/setting.ts';
import { called, oneWord, optional } from './arguments.ts';
import { command } from './command.ts';
import { columns } from './show.ts';

export const set = command({
  name: 'set',
  summary: 'show what can be set and where it was set, or set it and write it down',
  args: {
    name: optional(called('NAME', 'a setting', oneWord('', '', 'setting'))),
    value: optional(oneWord('VALUE', 'what it is to be', 'setting value')),
  },
  options: {},
  examples: ['/set', '/set time', '/set theme light'],
  akin: ['config', 'settings', 'options', 'toggle'],
  needsNode: false,
  run: async (api, { name, value }, context) => {
    const settings = context.settings();
    if (name === undefined) return done({ settings });
    const known = settings.find((one) => one.name === name);
    if (value === undefined && known) return done({ settings: [known] });
    const changed = context.change(name, value ?? '');
    if (!changed.ok) return changed;
    const { setting, beatenBy } = changed.result;
    const counts = await countsSince(api, setting);
    return done({ settings: [{ ...setting, counts }], changed: true, ...(beatenBy === undefined ? {} : { beatenBy }) });
  },
  render: ({ settings, changed, beatenBy }, { ascii }) => {
    const [only] = settings;
    if (!only) return ['there is nothing to set here'];
    if (changed) return [changedLine(only, beatenBy)];
    if (settings.length > 1) return columns(settings.map(rowOf));
    const { name, value, about, choices, counts } = only;
    return [
      `${name} is ${value || 'not set'}${ascii ? ', ' : ' · '}${sourceOf(only)}`,
      `${about}${choices.length === 0 ? '' : ` (${choices.join(', ')})`}; a change counts ${counts}`,
    ];
  },
});

/** What the command answers: settings, and whether the only one of them was changed just now. */
type Shown = {
  readonly settings: readonly Setting[];
  readonly changed?: boolean;
  /** The flag or variable that beats what was written. */
  readonly beatenBy?: string;
};

const done = (result: Shown): { readonly ok: true; readonly result: Shown } => ({ ok: true, result });

/** Since when a setting that was changed counts: a node that is not there, or too old to be told, reads the file when it starts. */
async function countsSince(api: NodeApi, { name, value, counts }: Setting): Promise<Setting['counts']> {
  if (!CONFIGURABLE.includes(name)) return counts;
  const told = await api.call('configure', { name, value: value === 'true' });
  return told.ok ? counts : 'when the node starts next';
}

/** What was set, where that stands, and since when it counts. */
function changedLine({ name, value, from, counts }: Setting, beatenBy: string | undefined): string {
  const since = counts === 'at once' ? '' : `, and counts ${counts}`;
  const beaten = beatenBy === undefined ? '' : `; ${beatenBy} beats the file at the next start`;
  return `${name} is ${value} now, as ${from} says${since}${beaten}`;
}

/** A setting in a list: what it is, where that was said, if anywhere, and what else it could be, where that is not yes or no. */
function rowOf({ name, value, choices, from }: Setting): readonly string[] {
  const others = choices.includes('true') ? '' : choices.filter((choice) => choice !== value).join(', ');
  return [name, value.includes(' ') ? 'not set' : value || 'not set', others === '' ? '' : `or ${others}`, from ?? ''];
}

const sourceOf = ({ from }: Setting): string => (from === undefined ? 'as usual' : `from ${from}`);
