import { nearest } from '../core/base/nearest.ts';
import { SCENARIOS } from './scenarios/all.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** How a report is wanted. */
export type Form = 'text' | 'json' | 'html';

/** What is to be run: a scenario that is built in, or a map in a file. */
export type Source = { readonly scenario: Scenario } | { readonly file: string };

/** A run that a person asks for. */
export type Request = {
  readonly source: Source;
  /** The seeds to run, one after the other. */
  readonly seeds: readonly number[];
  /** How many nodes; `undefined` for as many as the scenario has by itself. */
  readonly nodes: number | undefined;
  readonly form: Form;
  /** Whether to draw the net and the way of a letter. */
  readonly draw: boolean;
  /** Whether nodes use real cryptography instead of the sham. */
  readonly real: boolean;
  /** Whether to print the trace. */
  readonly trace: boolean;
};

/** What a person may ask of the laboratory. */
export type Asked =
  | { readonly ask: 'run'; readonly request: Request }
  | { readonly ask: 'list' }
  | { readonly ask: 'help' }
  | { readonly ask: 'nothing'; readonly because: string };

const FORMS: readonly Form[] = ['text', 'json', 'html'];

/** Nodes that a net may have. */
const NODES_MAX = 10_000;

/** What `qpc lab --help` says. */
export const HELP = `qpc lab runs the node that you run, many times over, on a virtual clock and in any weather, and says what came of it.
It opens no socket and writes no file: nothing of yours is touched.

  qpc lab run SCENARIO|FILE.toml   run a scenario, swarm unless you name one, or the map of your own network
  qpc lab list                     the scenarios there are
  qpc lab --help                   this page

options of run:
  --seed N                   run seed N, or begin with it (default: 1); one seed is always the same run
  --seeds K                  run K seeds, a line for each
  --nodes N                  so many nodes, where the scenario leaves that open
  --report text|json|html    the form of the report (default: text); html is one page, to be saved with > report.html
  --draw                     also draw the net, and the way of the letter that went farthest
  --real                     real cryptography instead of a sham that is faster
  --trace                    also print everything that happens, line by line

examples:
  qpc lab run swarm --seeds 20
  qpc lab run partition-heal --draw
  qpc lab run village.toml --report html > village.html

The exit code is 0 when every rule held, 1 when one did not, 2 when the question makes no sense. Maps are described in docs/simulation.md.`;

/** The scenarios, a line each. */
export const listScenarios = (): string[] =>
  SCENARIOS.map(({ name, about, nodes }) => `${name.padEnd(16)} ${about}${nodes === undefined ? '' : ' (--nodes)'}`);

/** Reads the arguments; the sentence in `because` when they make no sense. */
export function parseArguments(argv: readonly string[]): Asked {
  const [first, ...rest] = argv;
  if (first === undefined || first === 'help') return { ask: 'help' };
  if (argv.includes('--help') || argv.includes('-h')) return { ask: 'help' };
  if (first === 'list') return rest.length === 0 ? { ask: 'list' } : nothing('list has no arguments');
  const words = first === 'run' ? rest : argv;
  if (first !== 'run' && !first.startsWith('--')) {
    const [near] = nearest(first, ['run', 'list', 'help']);
    return nothing(`there is no qpc lab ${first}${near ? `: did you mean ${near}?` : ''}`);
  }
  return parseRun(words);
}

const nothing = (because: string): Asked => ({ ask: 'nothing', because });

const FLAGS = ['--draw', '--real', '--trace'];
const VALUED = ['--seed', '--seeds', '--nodes', '--report', '--scenario'];

function parseRun(words: readonly string[]): Asked {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const [word = '', inline] = words[at]!.split(/=(.*)/s);
    if (FLAGS.includes(word)) flags.add(word);
    else if (VALUED.includes(word)) {
      const value = inline ?? words[++at];
      if (value === undefined) return nothing(`${word} wants a value`);
      values.set(word, value);
    } else if (word.startsWith('-')) {
      const [near] = nearest(word, [...FLAGS, ...VALUED]);
      return nothing(`there is no option ${word}${near ? `: did you mean ${near}?` : ''}`);
    } else if (values.has('--scenario')) return nothing(`one scenario at a time: ${word} is one too many`);
    else values.set('--scenario', word);
  }
  return request(values, flags);
}

function request(values: ReadonlyMap<string, string>, flags: ReadonlySet<string>): Asked {
  const numbers = new Map<string, number>();
  for (const [option, min] of [
    ['--seed', 0],
    ['--seeds', 1],
    ['--nodes', 2],
  ] as const) {
    const text = values.get(option);
    if (text === undefined) continue;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min)) return nothing(`${option} must be a number from ${min} on, not ${text}`);
    numbers.set(option, value);
  }
  const nodes = numbers.get('--nodes');
  if (nodes !== undefined && nodes > NODES_MAX) return nothing(`--nodes must be at most ${NODES_MAX}, not ${nodes}`);
  const form = FORMS.find((known) => known === (values.get('--report') ?? 'text'));
  if (!form) return nothing(`--report must be text, json or html, not ${values.get('--report')}`);
  const source = sourceOf(values.get('--scenario') ?? SCENARIOS[0]!.name);
  if (typeof source === 'string') return nothing(source);
  if (nodes !== undefined && 'scenario' in source && source.scenario.nodes === undefined) {
    return nothing(`${source.scenario.name} has nodes of its own: --nodes is for those that say so in qpc lab list`);
  }
  const seed = numbers.get('--seed') ?? 1;
  const seeds = Array.from({ length: numbers.get('--seeds') ?? 1 }, (_, i) => seed + i);
  const [draw, real, trace] = [flags.has('--draw'), flags.has('--real'), flags.has('--trace')];
  return { ask: 'run', request: { source, seeds, nodes, form, draw, real, trace } };
}

function sourceOf(named: string): Source | string {
  const scenario = SCENARIOS.find(({ name }) => name === named);
  if (scenario) return { scenario };
  if (named.endsWith('.toml') || named.includes('/')) return { file: named };
  const [near] = nearest(
    named,
    SCENARIOS.map(({ name }) => name),
  );
  return `there is no scenario ${named}${near ? `: did you mean ${near}?` : ', and a map is a file that ends in .toml'}`;
}

/** The command that repeats one run. */
export function repeatCommand({ source, nodes, real }: Request, seed: number): string {
  const name = 'scenario' in source ? source.scenario.name : source.file;
  const options = [...(nodes === undefined ? [] : [` --nodes ${nodes}`]), ...(real ? [' --real'] : [])];
  return `qpc lab run ${name} --seed ${seed}${options.join('')}`;
}
