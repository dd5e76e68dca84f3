import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/*
 * The shape of the code, held by a test: who may import whom (docs/architecture.md), what the core may not touch,
 * how long a file may get, and that every public thing says what it is.
 */

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

type SourceFile = { readonly path: string; readonly text: string };

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(SRC, path), 'utf8') }));

const SIBLINGS = ['transport', 'mesh', 'store', 'chat'].map((name) => `core/${name}`);
const GROUND = ['core/base', 'core/bytes', 'core/crypto', 'core/wire'];

/** Folder → what its files may import: folders of ours, packages, or `node:` modules. The longest matching folder decides. */
const ALLOWED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['core/base', []],
  ['core/bytes', ['core/base', '@scure/base']],
  ['core/crypto', ['core/base', 'core/bytes']],
  ['core/crypto/noble-suite.ts', ['core/base', 'core/bytes', 'core/crypto', '@noble/']],
  ['core/wire', ['core/base', 'core/bytes', 'core/crypto']],
  ...SIBLINGS.map((sibling) => [sibling, GROUND] as const),
  ['core/node', ['core/']],
  ['host', [...GROUND, 'core/node', 'core/mesh/record.ts', 'core/chat', 'core/store/head.ts', 'api', 'node:', 'pkg:']],
  ['host/qlog', [...GROUND, 'core/transport/trace.ts', 'host', 'node:']],
  ['api', ['core/base', 'zod']],
  ['api/rpc-server.ts', ['api', 'core/base', 'zod', 'node:']],
  ['api/rpc-client.ts', ['api', 'core/base', 'zod', 'node:']],
  ['commands', ['api', 'core/base', 'zod', 'qr', 'commander']],
  ['commands/full-path.ts', ['node:os', 'node:path']],
  ['commands/files.ts', ['commands', 'node:fs/promises']],
  ['commands/emoji.ts', ['commands', 'gemoji']],
  ['commands/write-new.ts', ['api', 'node:fs/promises']],
  ['cli', ['commands', 'api', 'core/base', 'node:']],
  ['cli/machine.ts', ['commands', 'api', 'core/base', 'host', 'repl', 'node:']],
  ['cli/identity-on-disk.ts', ['commands', 'api', 'host']],
  ['repl', ['commands', 'api', 'core/base', 'node:']],
  [
    'tui',
    [
      'commands',
      'api',
      'core/base',
      'pkg:',
      'node:process',
      'node:child_process',
      'node:fs',
      'node:stream',
      'node:events',
    ],
  ],
  ['demo', ['core/', 'host', 'api', 'node:']],
  ['sim', ['core/', 'sim']],
  ['sim/map', ['core/', 'sim', 'smol-toml']],
  ['main.ts', ['']],
  ['sim/main.ts', ['core/', 'sim', 'host', 'node:']],
]);

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b([^'"`;]*?)from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g;

/** Everything that a file imports; without types, only what is there when it runs. */
const importsOf = ({ text }: SourceFile, typesToo = true): string[] =>
  [...text.matchAll(IMPORT)]
    .filter(([, what]) => typesToo || !what?.trimStart().startsWith('type '))
    .map(([, , from, dynamic, bare]) => from ?? dynamic ?? bare!);

/** The path below src/ that a relative import names, or the package as it stands. */
const target = (file: SourceFile, name: string): string =>
  name.startsWith('.') ? relative(SRC, resolve(dirname(join(SRC, file.path)), name)).replaceAll('\\', '/') : name;

const ruleFor = (path: string): readonly string[] | undefined => {
  const place = [...ALLOWED.keys()]
    .filter((key) => path === key || path.startsWith(`${key}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  return place === undefined ? undefined : ALLOWED.get(place);
};

const mayImport = (file: SourceFile, name: string): boolean => {
  const to = target(file, name);
  const folder = file.path.includes('/') ? dirname(file.path) : file.path;
  const ownFolder = file.path.startsWith('core/')
    ? file.path.split('/').slice(0, 2).join('/')
    : file.path.split('/')[0]!;
  if (name.startsWith('.') && (to.startsWith(`${ownFolder}/`) || to.startsWith(`${folder}/`))) return true;
  return (ruleFor(file.path) ?? []).some((allowed) =>
    allowed === 'pkg:'
      ? !name.startsWith('.') && !name.startsWith('node:')
      : to === allowed ||
        to.startsWith(allowed.endsWith('/') || allowed.endsWith(':') || allowed === '' ? allowed : `${allowed}/`),
  );
};

describe('architecture: who may import whom', () => {
  test('the test has found the code', () => expect(files.length).toBeGreaterThan(30));

  test('every folder has a rule', () => {
    expect(files.filter(({ path }) => ruleFor(path) === undefined).map(({ path }) => path)).toEqual([]);
  });

  test('no import outside the table', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !mayImport(file, name))
        .map((name) => `${file.path} imports ${target(file, name)}`),
    );
    expect(wrong).toEqual([]);
  });

  test('every relative import names its file', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file).filter((name) => name.startsWith('.') && !/\.tsx?$/.test(name)),
    );
    expect(wrong).toEqual([]);
  });

  test('no circle of files', () => {
    const edges = new Map(
      files.map((file) => [
        file.path,
        importsOf(file, false)
          .filter((name) => name.startsWith('.'))
          .map((name) => target(file, name)),
      ]),
    );
    expect(circles(edges)).toEqual([]);
  });
});

/** Every circle that a depth-first walk meets, as the files on it. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return found;
}

/** Comments and string contents taken out, so that words in prose are no violations. */
const codeOf = ({ text }: SourceFile): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/[^\n]*/g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");

describe('architecture: the core is pure', () => {
  const BANNED =
    /\b(Date|Math\.random|async|await|Promise|setTimeout|setInterval|setImmediate|queueMicrotask|process|Buffer|console|globalThis)\b(?!['"])/;

  test('no clock, no chance, no waiting, no process', () => {
    const wrong = files
      .filter(({ path }) => path.startsWith('core/'))
      .flatMap((file) =>
        codeOf(file)
          .split('\n')
          .filter((line) => BANNED.test(line))
          .map((line) => `${file.path}: ${line.trim()}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('style', () => {
  const LINES_MAX = 350;

  test('a file is one idea', () => {
    // The table of limits is one idea, however many limits there are.
    const long = files.filter(
      ({ path, text }) => path !== 'core/base/limits.ts' && text.split('\n').length > LINES_MAX,
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('connection.ts stays under 300 lines', () => {
    const connection = files.find(({ path }) => path === 'core/transport/connection.ts');
    expect(connection?.text.split('\n').length).toBeLessThan(300);
  });

  test('nothing is left for later', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-expect-error|\bas any\b/;
    expect(files.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('every exported function, class and type says what it is', () => {
    const bare = files.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:^|\n)([^\n]*)\nexport (?:abstract )?(?:async )?(function\*?|class|interface|type) (\w+)/g)]
        .filter(([, before]) => !/\*\/\s*$/.test(before!))
        .map(([, , kind, name]) => `${path}: ${kind} ${name}`),
    );
    expect(bare).toEqual([]);
  });
});
