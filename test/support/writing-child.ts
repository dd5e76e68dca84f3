import { writeSync } from 'node:fs';
import { Database } from '../../src/host/database/database.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { envelopeRecord, messageRecord } from './records.ts';

/*
 * A process that writes into the database at argv[2] until it is killed, from message argv[3] on, and says on stdout
 * how far it is after each commit. With "hold" as argv[3] it only opens the database and keeps it.
 */

const [, , path = '', from = '0'] = process.argv;
const database = Database.open(path, { suite: nodeSuite });
if (from === 'hold') {
  writeSync(1, 'open\n');
  setInterval(() => {}, 1000);
} else {
  for (let n = Number(from); ; ) {
    const end = n + 1 + (n % 7);
    const records = [];
    for (; n < end; n++) records.push(messageRecord(n), envelopeRecord(new TextEncoder().encode(`payload ${n}`)));
    database.apply(records);
    writeSync(1, `${n}\n`);
  }
}
