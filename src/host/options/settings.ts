import { PREFERENCES } from '../../api/preferences.ts';
import { CONFIGURABLE } from '../../api/reading.ts';
import type { Outcome } from '../../api/schema.ts';
import type { Changed, Setting, Settings } from '../../api/setting.ts';
import { nearest } from '../../core/base/nearest.ts';
import { writeConfig } from './config.ts';
import { DEFAULTS, OPTIONS, type OptionSpec, type Options } from './option-table.ts';
import { inFile, type Origin } from './options.ts';

/** What can be set, the screen first: every option of one value, but those that say where the file itself is, or are about one run. */
const SETTABLE = OPTIONS.filter(({ key, many }) => !many && !['home', 'config', 'json'].includes(key)).sort(
  (a, b) => Number(b.key in PREFERENCES) - Number(a.key in PREFERENCES),
);

/** The settings of a profile as they were settled when this program started, and its configuration file. */
export class FileSettings implements Settings {
  readonly #path: string;
  readonly #origins: Map<keyof Options, Origin>;

  constructor({
    options,
    origins,
  }: {
    readonly options: Pick<Options, 'config'>;
    readonly origins: ReadonlyMap<keyof Options, Origin>;
  }) {
    this.#path = options.config;
    this.#origins = new Map(origins);
  }

  list(): readonly Setting[] {
    return SETTABLE.map((spec) => this.#setting(spec));
  }

  change(name: string, value: string, troubleWith?: (value: string) => string | undefined): Outcome<Changed> {
    const spec = SETTABLE.find((known) => known.name === name.replaceAll('_', '-'));
    if (!spec) return unknown(name);
    const meant = spec.kind.read(value);
    if (meant === undefined) {
      const message = `${spec.name} is not set: ${JSON.stringify(value)} is not ${spec.kind.allowed}`;
      const [near] = nearest(value, spec.choices ?? []);
      const hint = near === undefined ? `it stays ${this.#setting(spec).value || 'as it is'}` : `did you mean ${near}?`;
      return { ok: false, error: { code: 'E_USAGE', message, hint } };
    }
    // A path counts from where it was typed, and a file knows nothing of that.
    const text = typeof meant === 'string' || typeof meant === 'boolean' ? String(meant) : value;
    const trouble = troubleWith?.(text);
    if (trouble !== undefined)
      return { ok: false, error: { code: 'E_USAGE', message: `${spec.name} is not set: ${trouble}` } };
    const written = writeConfig(this.#path, inFile(spec), literalOf(spec, meant, text));
    if ('error' in written) {
      const error = { code: 'E_NOT_STORED', message: `${spec.name} is not set: ${written.error}`, hint: HINT } as const;
      return { ok: false, error };
    }
    const before = this.#origins.get(spec.key);
    this.#origins.set(spec.key, { by: 'file', where: `${this.#path}:${written.line}: ${inFile(spec)}`, text });
    const beatenBy = before && before.by !== 'file' ? { beatenBy: before.where } : {};
    return { ok: true, result: { setting: this.#setting(spec), value: text, ...beatenBy } };
  }

  #setting(spec: OptionSpec): Setting {
    const { key, name, help, choices, negated, kind } = spec;
    const origin = this.#origins.get(key);
    const usual =
      DEFAULTS[key as keyof typeof DEFAULTS] ?? spec.default ?? (kind.inFile === 'boolean' ? negated === true : '');
    return {
      name,
      about: negated ? help.replace(/^do not /, '') : help,
      value: origin?.text ?? String(usual),
      choices: choices ?? (kind.inFile === 'boolean' ? ['true', 'false'] : []),
      ...(origin ? { from: origin.where.replace(/: \w+$/, '') } : {}),
      counts:
        key in PREFERENCES || CONFIGURABLE.includes(name)
          ? 'at once'
          : spec.ofNode
            ? 'when the node starts next'
            : 'at the next start',
    };
  }
}

const HINT = 'nothing was changed; qpc doctor looks at the file';

function unknown(name: string): Outcome<never> {
  const near = nearest(
    name,
    SETTABLE.map((spec) => spec.name),
  );
  const isOption = OPTIONS.some((option) => option.name === name);
  const message = isOption ? `${name} cannot be set from here` : `there is no setting ${name}`;
  const offer = near.length === 0 ? '/set shows them' : `did you mean ${near.slice(0, 3).join(', or ')}?`;
  const hint = isOption ? `it is an option, --${name}, and a line of config.toml` : offer;
  return { ok: false, error: { code: 'E_USAGE', message, hint } };
}

/** A value as the file has it. JSON's strings are TOML's too. */
const literalOf = ({ kind }: OptionSpec, meant: unknown, text: string): string =>
  kind.inFile === undefined ? JSON.stringify(text) : String(meant);
