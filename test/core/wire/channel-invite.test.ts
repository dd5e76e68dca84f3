import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInvite, parseInvite } from '../../../src/core/wire/channel-invite.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';

const key = new Uint8Array(32).fill(7);
const invite = formatInvite(suite, { topic: 'garden', key });

describe('§3.3 channel invites', () => {
  test('this is one: a second implementation can hold itself to it', () => {
    expect(invite).toBe('qpc-channel:garden?v=1&key=a4dqobyha4dqobyha4dqobyha4dqobyha4dqobyha4dqobyha4dq&c=gqak');
  });

  test('every invite survives the round trip', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('garden', 'größe', '日本語', 'a-b_c.d'),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (topic, secret) => {
          expect(parseInvite(suite, formatInvite(suite, { topic, key: secret }))).toEqual({ topic, key: secret });
        },
      ),
    );
  });

  test('scheme and key are read without regard to case, the topic in its one spelling', () => {
    const shouted = invite
      .replace('qpc-channel:garden', 'QPC-Channel:%23Garden')
      .replace(/key=\w+/, (k) => `key=${k.slice(4).toUpperCase()}`);
    expect(parseInvite(suite, ` ${shouted} `)).toEqual({ topic: 'garden', key });
  });

  for (const [text, fault] of [
    ['', 'not-an-invite'],
    ['garden', 'not-an-invite'],
    ['qpc-channel:garden', 'not-an-invite'],
    ['qpc-channel:garden?x=1', 'not-an-invite'],
    [invite.replace('v=1', 'v=2'), 'newer-version'],
    [invite.replace('garden', 'two%20words'), 'bad-topic'],
    [invite.replace('garden', '%ff'), 'bad-topic'],
    [invite.replace(/key=./, 'key='), 'bad-key'],
    [invite.replace(/key=\w+/, 'key='), 'bad-key'],
    [invite.replace(/key=\w+&/, ''), 'bad-key'],
    [`${invite}&key=aa`, 'bad-key'],
    [invite.replace(/key=.../, 'key=aaa'), 'bad-checksum'],
    [invite.replace(/&c=.*/, ''), 'bad-checksum'],
  ] as const) {
    test(`${text.slice(0, 60)} is ${fault}`, () => expect(parseInvite(suite, text)).toBe(fault));
  }

  test('any text is an invite or a fault', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['string', 'object']).toContain(typeof parseInvite(suite, text));
        expect(['string', 'object']).toContain(typeof parseInvite(suite, `${invite}&${text}`));
      }),
    );
  });
});
