// The built screen on a fake node that hands out what strangers wrote without cleaning it, as if it had forgotten to: as messages, names,
// topics, addresses and words of errors. Eight more every 30 ms; when all were there it is ended by SIGTERM: node test/support/screen-among-strangers.ts
import type { Method, Outcome, Params, Result } from '../../src/api/schema.ts';
import { FakeNode } from './fake-node.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const { runTui } = (await import(
  new URL('../../dist/tui/main.js', import.meta.url).href
)) as typeof import('../../src/tui/main.tsx');

let hostile = HOSTILE_TEXTS[0]!;

/** Refuses what it is asked to ping, in the stranger's words. */
class Strange extends FakeNode {
  override async call<M extends Method>(method: M, params: Params<M>): Promise<Outcome<Result<M>>> {
    if (method !== 'ping') return super.call(method, params);
    return { ok: false, error: { code: 'E_TIMEOUT', message: `nothing heard: ${hostile}`, hint: hostile } };
  }
}

const node = new Strange();
let at = 0;

function more(): void {
  for (const text of HOSTILE_TEXTS.slice(at, at + 8)) {
    hostile = text;
    for (const peer of node.book.peers) Object.assign(peer, { name: text, address: text, roles: [text] });
    for (const contact of node.book.contacts) Object.assign(contact, { name: text });
    for (const channel of node.book.channels) Object.assign(channel, { channel: text });
    node.book.name = text;
    node.receive('bob', text, { channel: text });
    node.receive('carol', text);
  }
  at += 8;
  if (at < HOSTILE_TEXTS.length) setTimeout(more, 30);
  else setTimeout(() => process.kill(process.pid, 'SIGTERM'), 500);
}

setTimeout(more, 100);
process.exitCode = await runTui({ api: node, options: { version: '0.1.0' } });
process.exit();
