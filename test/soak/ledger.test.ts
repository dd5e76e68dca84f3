import { describe, expect, test } from 'vitest';
import { type Kept, Ledger, type State } from './ledger.ts';

/** Three nodes in a row; node 0 was asked to send one text to node 2. */
function told({
  acknowledged = true,
  states = ['queued', 'carried', 'delivered'],
  shownOn = [2],
  hops = 2,
}: Story = {}) {
  const ledger = new Ledger((from, to) => Math.abs(from - to));
  const attempt = ledger.attempt(0, 2, 'hello');
  if (acknowledged) attempt.id = 'm1';
  for (const state of states) ledger.state('m1', state, state === 'delivered' ? hops : undefined);
  for (const node of shownOn) ledger.told(node, 'm1', 'hello');
  return ledger;
}

type Story = {
  readonly acknowledged?: boolean;
  readonly states?: readonly State[];
  readonly shownOn?: readonly number[];
  readonly hops?: number;
};

const sent = (state: State = 'delivered'): Kept => ({ id: 'm1', from: 0, to: 2, text: 'hello', state });
const received: Kept = { id: 'm1', from: 0, to: 2, text: 'hello' };
const whatsWrong = (ledger: Ledger, ...kept: (readonly Kept[])[]) => ledger.faults(kept).map(({ what }) => what);

describe('the record of a soak', () => {
  test('finds nothing wrong when what was acknowledged was shown once and is known to be delivered', () => {
    expect(whatsWrong(told(), [sent()], [], [received])).toEqual([]);
  });

  test('a send without a reply may have happened or not, but not by half', () => {
    const unanswered = told({ acknowledged: false, states: [], shownOn: [] });
    expect(whatsWrong(unanswered, [], [], [])).toEqual([]);
    expect(whatsWrong(unanswered, [sent('queued')], [], [])).toContain('lost: its recipient does not have it');
    expect(whatsWrong(told({ acknowledged: false, states: [] }), [], [], [received])).toEqual([
      'arrived, and its sender knows nothing of it',
    ]);
  });

  test.each<[string, Story, Kept[], Kept[]]>([
    ['acknowledged, and its sender has forgotten it', {}, [], [received]],
    ['lost: its recipient does not have it', { shownOn: [] }, [sent()], []],
    ['kept, and told to no screen', { shownOn: [] }, [sent()], [received]],
    ['its sender says carried at the end', { states: ['carried'] }, [sent('carried')], [received]],
    ['its sender told delivered, and keeps carried', {}, [sent('carried')], [received]],
    ['sent under one id, kept under another', {}, [sent()], [{ ...received, id: 'm2' }]],
    ['one text, more than one message', {}, [sent()], [received, { ...received, id: 'm2' }]],
    ['kept twice', {}, [sent()], [received, received]],
    ['shown twice', { shownOn: [2, 2] }, [sent()], [received]],
    ['shown, and never sent there', { shownOn: [2, 1] }, [sent()], [received]],
    ['shown, and not kept', {}, [sent()], []],
    ['delivered, it says, and nobody was shown it', { shownOn: [] }, [sent()], [received]],
    ['a state went back', { states: ['sent', 'carried', 'delivered'] }, [sent()], [received]],
    ['delivered over 1 hops: it is farther', { hops: 1 }, [sent()], [received]],
  ])('says so: %s', (what, story, sender, recipient) => {
    expect(whatsWrong(told(story), sender, [], recipient)).toContain(what);
  });
});
