import { join } from 'node:path';
import envPaths from 'env-paths';
import { nearest } from '../../core/base/nearest.ts';
import { type ConfigValue, readConfig } from './config.ts';
import { yesNo } from './option-kinds.ts';
import { DEFAULTS, OPTIONS, type OptionSpec, type Options } from './option-table.ts';
import { peerLimitsOf } from './peer-limits.ts';

/** Flags as commander leaves them: by `key`; text, a list for `peer`, true for a switch, false for `--no-mdns`. */
export type Flags = Readonly<Record<string, unknown>>;

/** What was settled, or why nothing was. */
export type Resolved =
  | {
      readonly ok: true;
      readonly options: Options;
      /** What was set by a flag or the environment and concerns the node, as text, for `attach`. */
      readonly settings: Readonly<Record<string, string>>;
      /** A sentence each, for stderr. */
      readonly warnings: readonly string[];
    }
  /** One sentence: what is wrong, where, and what is allowed. The exit code is 2. */
  | { readonly ok: false; readonly error: string };

/**
 * Settles every option: flag beats environment beats file beats default.
 *
 * @param home the default home directory; the platform's data directory unless given.
 */
export function resolveOptions(from: {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
}): Resolved {
  const given = new Map<keyof Options, { readonly value: unknown; readonly text: string; readonly where: string }>();
  for (const spec of OPTIONS) {
    const said = fromFlag(spec, from.flags) ?? fromEnvironment(spec, from.env);
    if (!said) continue;
    const value = read(spec, said);
    if ('error' in value) return { ok: false, error: value.error };
    given.set(spec.key, { ...value, text: said.texts.join(' '), where: said.where });
  }
  const value = (key: keyof Options): unknown => given.get(key)?.value;
  const home = (value('home') as string | undefined) ?? from.home ?? envPaths('qpc', { suffix: '' }).data;
  const config = (value('config') as string | undefined) ?? join(home, 'config.toml');
  const file = readConfig(config, given.has('config'));
  if ('error' in file) return { ok: false, error: file.error };

  const settings = Object.fromEntries(
    OPTIONS.filter((spec) => spec.ofNode && given.has(spec.key)).map((spec) => [spec.name, given.get(spec.key)!.text]),
  );
  const warnings = strangeVariables(from.env);
  for (const [key, entry] of file.values) {
    const spec = OPTIONS.find((o) => o.name.replaceAll('-', '_') === key && o.key !== 'config');
    if (!spec) {
      if (!key.startsWith('federation')) warnings.push(strangeKey(key, entry));
    } else {
      const said = fromFile(spec, entry);
      const value = read(spec, said);
      if ('error' in value) return { ok: false, error: value.error };
      if (!given.has(spec.key)) given.set(spec.key, { ...value, text: said.texts.join(' '), where: said.where });
    }
  }
  const set = Object.fromEntries([...given].map(([key, { value }]) => [key, value])) as Partial<Options>;
  const options = { ...DEFAULTS, home, ...set, config };
  const { low, high } = peerLimitsOf(options);
  if (low > high) {
    const [lowWhere, highWhere] = [given.get('peersLow')?.where, given.get('peersHigh')?.where];
    return { ok: false, error: `${lowWhere ?? 'peers-low'} ${low} is more than ${highWhere ?? 'peers-high'} ${high}` };
  }
  return { ok: true, options, settings, warnings };
}

/** The flags that say `settings` again, for the command line of a node that is started. */
export function flagsOf(flags: Flags): string[] {
  return OPTIONS.flatMap((spec) => {
    const said = spec.ofNode && fromFlag(spec, flags);
    if (!said) return [];
    if (spec.value === undefined) return [spec.negated ? `--no-${spec.name}` : `--${spec.name}`];
    return said.texts.flatMap((text) => [`--${spec.name}`, text]);
  });
}

/** A value as somebody wrote it, and where: `--listen`, `QPC_LISTEN`, `/home/ann/.qpc/config.toml:3: listen`. */
type Said = { readonly where: string; readonly texts: readonly string[]; readonly broken?: true };

function read(
  spec: OptionSpec,
  { where, texts, broken }: Said,
): { readonly value: unknown } | { readonly error: string } {
  const values: unknown[] = [];
  for (const text of texts) {
    const value = broken ? undefined : spec.kind.read(text);
    if (value === undefined)
      return { error: `${where} ${broken ? text : JSON.stringify(text)} is not ${spec.kind.allowed}` };
    values.push(value);
  }
  return { value: spec.many ? values : values[0] };
}

function fromFlag(spec: OptionSpec, flags: Flags): Said | undefined {
  const value = flags[spec.key];
  const where = `--${spec.negated ? 'no-' : ''}${spec.name}`;
  if (value === undefined || (typeof value === 'boolean' && value === (spec.negated ?? false))) return undefined;
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return texts.length > 0 ? { where, texts } : undefined;
}

function fromEnvironment(spec: OptionSpec, env: Readonly<Record<string, string | undefined>>): Said | undefined {
  for (const variable of spec.env) {
    const text = env[variable];
    if (text) return { where: variable, texts: spec.many ? text.trim().split(/\s+/) : [text] };
  }
  if (spec.negated && yesNo.read(env.QPC_NO_MDNS ?? '')) return { where: 'QPC_NO_MDNS', texts: ['false'] };
  return undefined;
}

function fromFile(spec: OptionSpec, { value, where }: ConfigValue): Said {
  const wanted = spec.kind.inFile ?? 'string';
  const values = spec.many && Array.isArray(value) ? value : [value];
  const wrong = values.find((one) => typeof one !== wanted);
  const at = `${where}: ${spec.name.replaceAll('-', '_')}`;
  if (wrong !== undefined) return { where: at, texts: [JSON.stringify(wrong) ?? String(wrong)], broken: true };
  return { where: at, texts: values.map(String) };
}

function strangeKey(key: string, { where }: ConfigValue): string {
  const [near] = nearest(
    key,
    OPTIONS.map((spec) => spec.name.replaceAll('-', '_')),
  );
  return `${where}: unknown key ${JSON.stringify(key)} is ignored${near ? ` · did you mean ${near}?` : ''}`;
}

/** Variables that look like ours but are not: only those near a known one, since others may use the letters too. */
function strangeVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = ['QPC_NO_MDNS', ...OPTIONS.flatMap((spec) => spec.env)];
  return Object.keys(env)
    .filter((name) => name.startsWith('QPC_') && !known.includes(name) && !name.startsWith('QPC_FEDERATION_'))
    .flatMap((name) => {
      const [near] = nearest(name, known);
      return near ? [`unknown variable ${name} is ignored · did you mean ${near}?`] : [];
    });
}
