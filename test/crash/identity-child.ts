// Makes the identity of a home, or puts a passphrase on it, and says so when it is done.
import { loadOrCreate, setPassphrase } from '../../src/host/identity/identity-file.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';

const [home, passphrase] = process.argv.slice(2) as [string, string?];
// As little work as there is: the disk is what is tried.
const work = { n: 2, r: 1, p: 1 };
if (passphrase === undefined) process.stdout.write(loadOrCreate(home, { suite: nodeSuite }).identity.id);
else {
  setPassphrase(home, passphrase, { suite: nodeSuite, work });
  process.stdout.write('protected');
}
