import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import type { KeyLine } from '../../api/preferences.ts';
import { nearest } from '../../core/base/nearest.ts';
import { type ConfigValue, readConfig } from './config.ts';
import { yesNo } from './option-kinds.ts';
import { DEFAULTS, OPTIONS, type OptionSpec, type Options } from './option-table.ts';
import { peerLimitsOf } from './peer-limits.ts';

/** Flags as commander leaves them: by `key`; text, a list for `peer`, true for a switch, false for `--no-mdns`. */
export type Flags = Readonly<Record<string, unknown>>;

/** Who has set an option, where (`--theme`, `QPC_THEME`, `/home/ann/.qpc/config.toml:3: theme`), and to what as text. */
export type Origin = { readonly by: 'flag' | 'environment' | 'file'; readonly where: string; readonly text: string };

/** What was settled, or why nothing was. */
export type Resolved =
  | {
      readonly ok: true;
      readonly options: Options;
      /** What was set by a flag or the environment and concerns the node, as text, for `attach`. */
      readonly settings: Readonly<Record<string, string>>;
      /** Where each option comes from that somebody has set. */
      readonly origins: ReadonlyMap<keyof Options, Origin>;
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
  const given = new Map<keyof Options, Origin & { readonly value: unknown }>();
  const settle = (spec: OptionSpec, by: Origin['by'], said: Said): string | undefined => {
    const value = read(spec, said);
    if ('error' in value) return value.error;
    if (!given.has(spec.key)) given.set(spec.key, { ...value, by, text: said.texts.join(' '), where: said.where });
    return undefined;
  };
  for (const spec of OPTIONS) {
    const flag = fromFlag(spec, from.flags);
    const said = flag ?? fromEnvironment(spec, from.env);
    const error = said && settle(spec, flag ? 'flag' : 'environment', said);
    if (error !== undefined) return { ok: false, error };
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
  const keys = keyLines(file.values.get('keys'));
  if ('error' in keys) return { ok: false, error: keys.error };
  for (const [key, entry] of file.values) {
    const spec = OPTIONS.find((o) => inFile(o) === key && o.key !== 'config');
    if (spec) {
      const error = settle(spec, 'file', { ...fromFile(spec, entry), directory: dirname(config) });
      if (error !== undefined) return { ok: false, error };
    } else if (key !== 'keys' && !key.startsWith('federation')) warnings.push(strangeKey(key, entry));
  }
  const set = Object.fromEntries([...given].map(([key, { value }]) => [key, value])) as Partial<Options>;
  const options = { ...DEFAULTS, home, ...set, config, keys: keys.lines };
  const { low, high } = peerLimitsOf(options);
  if (low > high) {
    const [lowWhere, highWhere] = [given.get('peersLow')?.where, given.get('peersHigh')?.where];
    return { ok: false, error: `${lowWhere ?? 'peers-low'} ${low} is more than ${highWhere ?? 'peers-high'} ${high}` };
  }
  return { ok: true, options, settings, origins: given, warnings };
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
type Said = {
  readonly where: string;
  readonly texts: readonly string[];
  readonly broken?: true;
  /** Where it was written, if in a file: its paths count from there. */
  readonly directory?: string;
};

function read(
  spec: OptionSpec,
  { where, texts, broken, directory }: Said,
): { readonly value: unknown } | { readonly error: string } {
  const values: unknown[] = [];
  for (const text of texts) {
    const value = broken ? undefined : spec.kind.read(text, directory);
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
  const at = `${where}: ${inFile(spec)}`;
  if (wrong !== undefined) return { where: at, texts: [JSON.stringify(wrong) ?? String(wrong)], broken: true };
  return { where: at, texts: values.map(String) };
}

/** How an option is called in the configuration file. */
export const inFile = ({ name }: OptionSpec): string => name.replaceAll('-', '_');

/** The table `[keys]`: what to press, and what that asks for. */
function keyLines(entry: ConfigValue | undefined): { readonly lines: readonly KeyLine[] } | { readonly error: string } {
  if (!entry) return { lines: [] };
  if (typeof entry.value !== 'object' || Array.isArray(entry.value))
    return { error: `${entry.where}: keys is not a table [keys] with lines such as "alt+a" = "next-news"` };
  const lines: KeyLine[] = [];
  for (const [key, action] of Object.entries(entry.value ?? {})) {
    const where = entry.whereOf(key);
    if (typeof action !== 'string')
      return { error: `${where}: ${JSON.stringify(key)} is not set to the name of an action in "quotes"` };
    lines.push({ key, action, where });
  }
  return { lines };
}

function strangeKey(key: string, { where }: ConfigValue): string {
  const [near] = nearest(key, [...OPTIONS.map(inFile), 'keys']);
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
