import { beforeAll, expect, test } from 'vitest';
import { NOTICE_COOLDOWN_MS, NOTICES_A_MINUTE_MAX } from '../../../src/core/base/limits.ts';
import type { ViewState } from '../../../src/tui/screen-state.ts';
import { Notifier } from '../../../src/tui/terminal/notifier.ts';
import { annsScreen, message } from '../story.ts';

let away: ViewState;
beforeAll(async () => {
  away = { ...(await annsScreen()), focused: false };
});

/** How many notices come of lines that `senders` strangers write to ann, one each, at these times. */
function noticesOf(senders: number, at: (sender: number) => number): number {
  let notices = 0;
  const notifier = new Notifier(() => notices++);
  for (let n = 0; n < senders; n++) {
    const from = String(n).padStart(52, 'x');
    notifier.heard(away, message(n, { kind: 'direct', from, fromName: `~${n}`, to: away.me.id }), at(n));
  }
  return notices;
}

test('a thousand strangers who write at once are a few notices', () => {
  expect(noticesOf(1_000, () => 0)).toBe(NOTICES_A_MINUTE_MAX);
  expect(noticesOf(1_000, (n) => n * 1_000)).toBeLessThanOrEqual(NOTICES_A_MINUTE_MAX * 17);
});

test('somebody with a name is heard among them', () => {
  let notices = 0;
  const notifier = new Notifier(() => notices++);
  for (let n = 0; n <= 100; n++) {
    const from = String(n).padStart(52, 'x');
    const fromName = n === 100 ? 'bob' : `~${n}`;
    notifier.heard(away, message(n, { kind: 'direct', from, fromName, to: away.me.id }), 0);
  }
  expect(notices).toBe(NOTICES_A_MINUTE_MAX + 1);
});

test('one now and then is a notice each, also when the clock was set back', () => {
  expect(noticesOf(20, (n) => n * NOTICE_COOLDOWN_MS)).toBe(20);
  expect(noticesOf(20, (n) => -n * 3_600_000)).toBe(20);
});
