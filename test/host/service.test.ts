import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { METHODS, type Method, type NodeApi } from '../../src/api/schema.ts';
import { base32 } from '../../src/core/bytes/base32.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import { identityOf } from '../../src/core/crypto/identity.ts';
import { backupWords } from '../../src/host/identity/identity-words.ts';
import { nodeSuite } from '../../src/host/node-suite.ts';
import { loneNode } from '../support/lone-node.ts';

const newId = () => identityOf(nodeSuite, new Uint8Array(randomBytes(32))).id;

const LAST: ReadonlySet<string> = new Set(['goodbye', 'stay', 'down']);

/** What a refused call says. */
async function refused(answer: ReturnType<NodeApi['call']>) {
  const outcome = await answer;
  if (outcome.ok) throw new Error('it was done');
  return outcome.error;
}

describe('who is meant', () => {
  test('nobody called that: near names, and where to look', async () => {
    const { api, get } = await loneNode();
    await get('add', { who: newId(), name: 'bob' });
    expect(await refused(api.call('send', { peer: 'bbo', text: 'hi' }))).toEqual({
      code: 'E_UNKNOWN_PEER',
      message: 'nobody called bbo',
      hint: 'did you mean bob? · /contacts lists 1',
    });
  });

  test('not clear: the candidates, and nothing is sent', async () => {
    const { api, get } = await loneNode();
    await get('add', { who: newId(), name: 'bob' });
    await get('add', { who: newId(), name: 'boris' });
    expect(await refused(api.call('send', { peer: 'bo', text: 'hi' }))).toEqual({
      code: 'E_AMBIGUOUS_PEER',
      message: 'bo is not clear: bob, boris',
      hint: 'type one more letter or the id',
    });
    expect((await get('history', {})).messages).toEqual([]);
  });

  test('a name that a node gives itself is offered, and needs its ~', async () => {
    const bob = await loneNode({ name: 'bob' });
    const ann = await loneNode({ name: 'ann' });
    await ann.get('connect', { peer: bob.at });
    await expect.poll(async () => (await ann.get('peers', {})).peers[0]?.state).toBe('connected');
    const shown = `~bob.${bob.id.slice(0, 4)}`;
    const error = await refused(ann.api.call('send', { peer: 'bob', text: 'hi' }));
    expect(error).toMatchObject({ code: 'E_UNKNOWN_PEER', hint: `did you mean ${shown}? · /contacts lists 0` });
    for (const name of ['~bob', shown, bob.id, bob.id.toUpperCase(), bob.id.slice(0, 8)]) {
      expect(await ann.get('resolve', { where: name })).toEqual({ id: bob.id, kind: 'direct', name: shown });
    }
  });
});

test('why is asked of messages as well: what is the beginning of none is not taken for a name', async () => {
  const { api } = await loneNode();
  expect(await refused(api.call('why', { what: '81b04c' }))).toEqual({
    code: 'E_UNKNOWN_MESSAGE',
    message: 'no message begins with 81b04c, and nobody is called that',
    hint: 'type 4 or more digits of its id; /history has the ids of yours',
  });
  expect(await refused(api.call('why', { what: 'bbo' }))).toMatchObject({ message: 'nobody called bbo' });
});

describe('contacts', () => {
  test('are added by id or URI, renamed, verified, blocked and unblocked', async () => {
    const { api, get, id } = await loneNode({ name: 'ann' });
    const bob = newId();
    expect(await get('add', { who: `qpc:${bob}`, name: 'bob' })).toEqual({ id: bob, name: 'bob', addresses: [] });
    expect(await get('rename', { peer: 'bob', name: 'robert' })).toEqual({ id: bob, name: 'robert' });
    expect(await get('verify', { peer: 'robert' })).toMatchObject({
      fingerprint: expect.stringMatching(/^([0-9a-f]{4} ?){8}$/),
    });
    expect(await get('block', { peer: 'robert' })).toMatchObject({ blocked: true });
    expect((await get('contacts', {})).contacts).toMatchObject([{ petname: 'robert', verified: true, blocked: true }]);
    expect(await refused(api.call('send', { peer: 'robert', text: 'hi' }))).toMatchObject({ code: 'E_BLOCKED' });
    expect(await get('block', { peer: 'robert' })).toMatchObject({ blocked: false });
    expect(await refused(api.call('add', { who: id }))).toMatchObject({ code: 'E_USAGE' });
  });

  test('a URI with a wrong letter is refused, and so is one of another network', async () => {
    const { api } = await loneNode();
    const far = await loneNode({ network: 'other' });
    const { uri } = await far.get('identity', {});
    expect(await refused(api.call('add', { who: uri }))).toMatchObject({
      message: expect.stringContaining('another network'),
    });
    const wrong = uri.replace(/c=(.)/, (_, letter) => `c=${letter === 'a' ? 'b' : 'a'}`);
    expect(await refused(api.call('add', { who: wrong }))).toMatchObject({
      message: expect.stringContaining('a letter is wrong'),
    });
  });

  test('two contacts never have the same name, and none that looks like something else', async () => {
    const { api, get } = await loneNode();
    await get('add', { who: newId(), name: 'bob' });
    for (const name of ['Bob', '~bob', '#bob', '/bob', '', 'b\u001bob']) {
      expect(await refused(api.call('add', { who: newId(), name }))).toMatchObject({ code: 'E_USAGE' });
    }
  });
});

describe('what is written', () => {
  test('is queued once it is on disk, and other screens see it', async () => {
    const { get, events, screen } = await loneNode();
    const other = screen();
    const seen: unknown[] = [];
    other.onEvent((event) => seen.push(event));
    await other.call('attach', { version: 'test' });
    const bob = newId();
    const sent = await get('send', { peer: bob, text: 'for later' });
    expect(sent).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), to: bob, state: 'queued' });
    expect(events).toMatchObject([{ type: 'delivery', id: sent.id, state: 'queued' }]);
    const line = { type: 'message', id: sent.id, text: 'for later', state: 'queued' };
    expect(seen).toContainEqual(expect.objectContaining(line));
    expect(await get('message', { id: sent.id.slice(0, 6) })).toMatchObject({ text: 'for later', state: 'queued' });
    expect(await get('store', {})).toMatchObject({ outbox: { envelopes: 1 }, perRecipient: [{ to: bob }] });
  });

  test('too long, or nothing, is refused', async () => {
    const { api } = await loneNode();
    const peer = newId();
    expect(await refused(api.call('send', { peer, text: 'x'.repeat(70_000) }))).toMatchObject({ code: 'E_TOO_LARGE' });
    expect(await refused(api.call('send', { peer, text: '' }))).toMatchObject({ code: 'E_USAGE' });
  });

  test('that the disk does not keep is refused: not stored, so not sent', async () => {
    const { api, get, home } = await loneNode();
    await get('send', { peer: newId(), text: 'kept' });
    rmSync(home, { recursive: true });
    mkdirSync(home);
    await expect
      .poll(async () => (await api.call('send', { peer: newId(), text: 'lost' })).ok, { timeout: 5_000 })
      .toBe(false);
    const error = await refused(api.call('send', { peer: newId(), text: 'lost' }));
    expect(error).toMatchObject({ code: 'E_NOT_STORED', message: expect.stringContaining('not stored, so not sent') });
    expect((await get('status', {})).troubles).toEqual([expect.stringContaining('nothing can be stored')]);
  });

  test('comes back in pages of at most 2 MiB, and none is missed', async () => {
    const { get } = await loneNode();
    const peer = newId();
    for (let i = 0; i < 40; i++) await get('send', { peer, text: `${i} ${'\u{1f600}'.repeat(10_000)}` });
    const read: string[] = [];
    let before: string | undefined;
    for (let more = true; more; ) {
      const page = await get('history', { where: peer, limit: 1000, ...(before === undefined ? {} : { before }) });
      expect(JSON.stringify(page.messages).length * 2).toBeLessThan(2 * 1024 * 1024);
      read.unshift(...page.messages.map(({ text }) => text.split(' ')[0] ?? ''));
      before = page.messages[0]?.id;
      more = page.more;
    }
    expect(read).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
  });

  test('can be taken back while nobody has confirmed it, and only then', async () => {
    const { api, get } = await loneNode();
    const { id } = await get('send', { peer: newId(), text: 'oops' });
    expect(await get('retry', { id })).toEqual({ id, state: 'queued' });
    expect(await get('discard', { id: id.slice(0, 8) })).toEqual({ id, state: 'refused' });
    expect(await refused(api.call('discard', { id }))).toMatchObject({ code: 'E_UNKNOWN_MESSAGE' });
    expect(await get('why', { what: id })).toMatchObject({
      paragraph: expect.stringContaining('you took it back'),
      findings: [{ code: 'DISCARDED', subject: id }],
    });
  });

  test('text of a stranger reaches a screen only clean; what was signed is kept as it was', async () => {
    const ann = await loneNode({ name: 'ann' });
    const bob = await loneNode({ name: 'b\u001b[2Job' });
    await bob.get('connect', { peer: ann.at });
    await bob.get('send', { peer: ann.id, text: 'red \u001b[31malert\u202e\nsecond line' });
    await expect
      .poll(() => ann.events.find(({ type }) => type === 'message'))
      .toMatchObject({
        text: 'red \\u{1b}[31malert\\u{202e}\nsecond line',
        fromName: `~b[2Job.${bob.id.slice(0, 4)}`,
        hops: 1,
      });
    const { messages } = await ann.get('history', { where: bob.id });
    expect(JSON.stringify([messages, ann.events])).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('channels', () => {
  test('who is in one, and who is known to have a post of ours', async () => {
    const [ann, bob] = [await loneNode({ name: 'ann' }), await loneNode({ name: 'bob' })];
    for (const { get } of [ann, bob]) await get('subscribe', { topic: 'den' });
    await bob.get('connect', { peer: ann.at });
    await expect.poll(async () => (await ann.get('channels', {})).channels[0]?.neighbours).toBe(1);
    expect((await ann.get('members', { topic: '#den' })).members).toEqual([]);
    const { id } = await ann.get('broadcast', { topic: 'den', text: 'anybody?' });
    await expect.poll(() => bob.events.some(({ type }) => type === 'message')).toBe(true);
    expect(await ann.get('message', { id })).not.toHaveProperty('coverage');
    await bob.get('broadcast', { topic: 'den', text: 'me' });
    await expect.poll(() => ann.events.some(({ type }) => type === 'message')).toBe(true);
    expect(await ann.get('message', { id })).toMatchObject({ coverage: { have: 1, of: 1 } });
    const { messages } = await ann.get('history', { where: '#den' });
    expect(messages.map(({ text, rank }) => [text, rank])).toEqual([
      ['anybody?', 1],
      ['me', 2],
    ]);
    expect(messages.map((message) => message.coverage)).toEqual([{ have: 1, of: 1 }, undefined]);
    expect(await ann.get('members', { topic: 'den' })).toMatchObject({
      channel: 'den',
      members: [{ id: bob.id, name: `~bob.${bob.id.slice(0, 4)}`, state: 'connected' }],
    });
    expect((await ann.get('channels', {})).channels).toMatchObject([{ channel: 'den', members: 1 }]);
    expect(await refused(ann.api.call('members', { topic: 'nowhere' }))).toMatchObject({ code: 'E_UNKNOWN_CHANNEL' });
    expect(await refused(ann.api.call('history', { before: 'ab'.repeat(32) }))).toMatchObject({
      code: 'E_UNKNOWN_MESSAGE',
    });
  });

  test('a broadcast joins first and says so; the second does not', async () => {
    const { get } = await loneNode();
    expect(await get('broadcast', { topic: '#Den', text: 'a' })).toMatchObject({
      channel: 'den',
      subscribed: true,
      neighbours: 0,
    });
    expect(await get('broadcast', { topic: 'den', text: 'b' })).toMatchObject({ channel: 'den', subscribed: false });
    expect((await get('history', { where: '#den' })).messages.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  test('a private one has an invite that lets others in; leaving needs to have joined', async () => {
    const ann = await loneNode();
    const bob = await loneNode();
    const made = await ann.get('subscribe', { topic: 'crew', private: true });
    expect(made).toMatchObject({
      channel: 'crew',
      open: false,
      invite: expect.stringMatching(/^qpc-channel:crew\?v=1&key=/),
    });
    expect(await bob.get('subscribe', { topic: made.invite! })).toMatchObject({
      channel: 'crew',
      id: made.id,
      open: false,
    });
    expect(await bob.get('unsubscribe', { topic: '#crew' })).toEqual({ channel: 'crew', id: made.id });
    expect(await refused(bob.api.call('unsubscribe', { topic: 'crew' }))).toEqual({
      code: 'E_UNKNOWN_CHANNEL',
      message: 'you have not joined #crew',
      hint: '/mesh subscribe #crew · you are in no channel yet',
    });
    expect(await refused(bob.api.call('subscribe', { topic: '../x' }))).toMatchObject({ code: 'E_USAGE' });
  });
});

describe('two nodes', () => {
  test('a message is sent, delivered and shown once, and can be answered', async () => {
    const ann = await loneNode({ name: 'ann' });
    const bob = await loneNode({ name: 'bob' });
    expect(await ann.get('connect', { peer: bob.at })).toMatchObject({ id: bob.id, state: 'connecting' });
    const { id } = await ann
      .get('send', { peer: '~bob', text: 'hi' })
      .catch(() => ann.get('send', { peer: bob.id, text: 'hi' }));
    await expect
      .poll(() => ann.events.filter((e) => e.type === 'delivery' && e.id === id).at(-1))
      .toMatchObject({ state: 'delivered' });
    expect(bob.events.filter(({ type }) => type === 'message')).toMatchObject([
      { id, text: 'hi', from: ann.id, kind: 'direct' },
    ]);
    expect(await ann.get('why', { what: id })).toMatchObject({
      paragraph: expect.stringContaining('signed receipt'),
      findings: [{ code: 'DELIVERED' }],
    });
    const { rttMs } = await ann.get('ping', { peer: bob.id });
    expect(rttMs).toBeGreaterThan(0);
    expect(await ann.get('route', {})).toMatchObject({ routes: [{ to: bob.id, hops: 1, selected: true }] });
    expect(await bob.get('conversations', {})).toMatchObject({
      conversations: [{ id: ann.id, kind: 'direct', unread: 1 }],
    });
    await bob.get('markRead', { where: ann.id });
    expect(await bob.get('conversations', {})).toMatchObject({ conversations: [{ unread: 0 }] });
    expect(await ann.get('disconnect', { peer: bob.id })).toEqual({ id: bob.id, state: 'disconnected' });
    expect(await refused(ann.api.call('ping', { peer: bob.id }))).toMatchObject({ code: 'E_NO_WAY' });
  });

  test('a node remembers where its peers are, and finds them again after a restart', async () => {
    const bob = await loneNode();
    const seed = randomBytes(32);
    const ann = await loneNode({ seed });
    await ann.get('connect', { peer: bob.at });
    await expect.poll(async () => (await ann.get('status', {})).connected).toBe(1);
    await ann.stop();
    const again = await loneNode({ seed, home: ann.home });
    await expect.poll(async () => (await again.get('status', {})).connected).toBe(1);
  });

  test('what came while no screen was there is told to the next one that asks, once', async () => {
    const ann = await loneNode();
    const bob = await loneNode();
    await bob.get('goodbye', {});
    await ann.get('connect', { peer: bob.at });
    const { id } = await ann.get('send', { peer: bob.id, text: 'while you were out' });
    await expect.poll(async () => (await ann.get('message', { id })).state).toBe('delivered');
    expect(bob.events.filter(({ type }) => type === 'message')).toEqual([]);
    for (const expected of [1, 0]) {
      const screen = bob.screen();
      let told = 0;
      screen.onEvent(({ type }) => {
        if (type === 'message') told++;
      });
      await screen.call('attach', { version: 'test', replay: true });
      expect(told).toBe(expected);
    }
  });

  test('a command that shows nothing does not use up what comes meanwhile', async () => {
    const ann = await loneNode();
    const bob = await loneNode();
    await bob.get('goodbye', {});
    await bob.get('attach', { version: 'test', shows: false });
    await ann.get('connect', { peer: bob.at });
    const { id } = await ann.get('send', { peer: bob.id, text: 'hi' });
    await expect.poll(async () => (await ann.get('message', { id })).state).toBe('delivered');
    const screen = bob.screen();
    const seen: unknown[] = [];
    screen.onEvent((event) => seen.push(event));
    await screen.call('attach', { version: 'test', replay: true });
    expect(seen).toMatchObject([{ type: 'message', text: 'hi' }]);
  });
});

describe('servers', () => {
  test('one without an id is only noted, and the answer says how to give one', async () => {
    const { get } = await loneNode();
    expect(await get('server', { address: '192.0.2.1:7000' })).toEqual({
      address: '192.0.2.1:7000',
      state: 'noted',
      warning: 'no id is known for 192.0.2.1:7000, so it cannot be connected yet · /mesh server 192.0.2.1:7000 --id ID',
    });
  });

  test('one with an id is connected', async () => {
    const ann = await loneNode();
    const bob = await loneNode();
    const [id = '', address = ''] = bob.at.split('@');
    expect(await ann.get('server', { address, id })).toEqual({ address, id, state: 'connecting' });
    await expect.poll(async () => (await ann.get('status', {})).connected).toBe(1);
  });

  test('a place that is none is refused', async () => {
    const { api } = await loneNode();
    for (const address of ['192.0.2.1', '192.0.2.1:0', 'a b:7000']) {
      expect(await refused(api.call('server', { address }))).toMatchObject({ code: 'E_USAGE' });
    }
    expect(await refused(api.call('connect', { peer: 'bob@x:7000' }))).toMatchObject({ code: 'E_USAGE' });
  });
});

describe('what this node is', () => {
  test('its identity: id, PeerId, name, URI, fingerprint, six words', async () => {
    const { get, id, home } = await loneNode({ name: 'ann' });
    const identity = await get('identity', {});
    expect(identity).toMatchObject({ id, name: 'ann', home, peerId: expect.stringMatching(/^12D3KooW/) });
    expect(identity.uri).toMatch(
      new RegExp(`^qpc:${id}\\?v=1&c=[a-z2-7]{4}&name=ann&net=[0-9a-f]{32}&at=127\\.0\\.0\\.1:\\d+$`),
    );
    expect(identity.words.split(' ')).toHaveLength(6);
    expect(await get('identity', {})).toEqual(identity);
  });

  test('unlisted, it is unknown beyond its neighbours, and reaches everybody', async () => {
    const bob = await loneNode({ name: 'bob' });
    const [ann, carol, dave] = [await loneNode({ unlisted: true }), await loneNode(), await loneNode()];
    for (const node of [ann, carol, dave]) await node.get('connect', { peer: bob.at });
    const known = async ({ get }: typeof ann) => new Set((await get('route', {})).routes.map(({ to }) => to));
    await expect.poll(() => known(ann)).toEqual(new Set([bob.id, carol.id, dave.id]));
    await expect.poll(() => known(carol)).toEqual(new Set([bob.id, dave.id]));
  });

  test('no answer tells the seed, in any form', async () => {
    const seed = new Uint8Array(randomBytes(32));
    const { api, get, id, events } = await loneNode({ name: 'ann', seed });
    const bob = newId();
    await get('add', { who: bob, name: 'bob' });
    const { id: message } = await get('broadcast', { topic: 'den', text: 'hi' });
    const who = { peer: 'bob', who: bob, what: bob, where: 'bob', topic: 'den', name: 'bob', id: message };
    const params = { ...who, text: 'hi', version: '1', kind: 'where', prefix: '', query: 'hi', address: '127.0.0.1:9' };
    // What ends the screen comes last.
    const methods = Object.keys(METHODS).toSorted((a, b) => Number(LAST.has(a)) - Number(LAST.has(b))) as Method[];
    const answers: { readonly ok: boolean }[] = [];
    for (const method of methods) answers.push(await api.call(method, params as never));
    expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(25);
    const said = JSON.stringify([answers, events]);
    expect(said).toContain(id);
    const words = backupWords(identityOf(nodeSuite, seed)).split(' ').slice(0, 4).join(' ');
    for (const form of [hex(seed), base32(seed), Buffer.from(seed).toString('base64'), words]) {
      expect(said).not.toContain(form.slice(0, 32));
    }
  });

  test('completion offers what begins so', async () => {
    const { get } = await loneNode();
    await get('add', { who: newId(), name: 'bob' });
    await get('broadcast', { topic: 'den', text: 'hello there' });
    expect(await get('complete', { kind: 'where', prefix: '' })).toMatchObject({
      names: [{ name: '#den' }, { name: 'bob' }],
    });
    expect(await get('complete', { kind: 'peer', prefix: 'B' })).toMatchObject({ names: [{ name: 'bob' }] });
    expect((await get('complete', { kind: 'message', prefix: '' })).names).toMatchObject([
      { about: 'queued · hello there' },
    ]);
  });
});
