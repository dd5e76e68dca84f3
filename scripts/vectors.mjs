// Makes test/vectors/qpc anew: after a change of the protocol, in the commit that changes docs/protocol.md.
import { writeFileSync } from 'node:fs';
import { contentVectors } from '../test/support/content-vectors.ts';
import { meshVectors, plain, textVectors, transportVectors } from '../test/support/qpc-vectors.ts';

for (const [name, made] of Object.entries({
  contents: contentVectors(),
  mesh: meshVectors(),
  text: textVectors(),
  transport: transportVectors(),
})) {
  const path = new URL(`../test/vectors/qpc/${name}.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(plain(made), undefined, 2)}\n`);
}
