import { readFileSync } from 'node:fs';

/** Where a command line becomes a screen, a command, or a node. */
export function main(argv: readonly string[]): void {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  process.stdout.write(`qpc ${version}${argv.length > 0 ? ` (${argv.join(' ')})` : ''}\n`);
}
