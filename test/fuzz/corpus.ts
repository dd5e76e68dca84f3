import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** test/corpus: inputs that were once taken wrongly, or are of a kind that others got wrong, by parser. */
const CORPUS = new URL('../corpus/', import.meta.url);

/** The parsers that have inputs, and the inputs with the names of their files. */
export function savedInputs(): { readonly parser: string; readonly file: string; readonly input: Uint8Array }[] {
  if (!existsSync(CORPUS)) return [];
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: parser }) =>
      readdirSync(new URL(`${parser}/`, CORPUS)).map((file) => {
        const input = new Uint8Array(readFileSync(new URL(`${parser}/${file}`, CORPUS)));
        return { parser, file, input };
      }),
    );
}

/** Keeps an input for ever, under its hash; says where. */
export function saveInput(parser: string, input: Uint8Array): string {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
  mkdirSync(new URL(`${parser}/`, CORPUS), { recursive: true });
  writeFileSync(new URL(`${parser}/${name}.bin`, CORPUS), input);
  return `test/corpus/${parser}/${name}.bin`;
}
