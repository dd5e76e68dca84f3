import { inOrder, isShown, type MessageRecord } from '../../src/core/chat/record.ts';

/** A line as docs/protocol.md §4.5 says that it is. */
export type AmendedLine = {
  readonly id: string;
  readonly text: string;
  readonly edited: string | undefined;
  readonly deleted: string | undefined;
  /** By author: the sign in force. */
  readonly signs: Readonly<Record<string, string>>;
};

/** The past of a conversation by the rules of §4.5, read off all of its records at once: what no order of arrival may change. */
export function amendedPast(records: readonly MessageRecord[]): AmendedLine[] {
  const all = records.toSorted(inOrder);
  return all.filter(isShown).map((line) => {
    const about = all.filter((one) => one.re === line.id && !isShown(one));
    const own = about.filter(({ from }) => from === line.from);
    const edit = own.findLast(({ content }) => content === 'edit');
    const removal = own.find(({ content }) => content === 'delete');
    const reactions = about.filter(({ content }) => content === 'reaction');
    const signs = Object.fromEntries(reactions.map(({ from, text }) => [from, text]));
    const inForce = Object.fromEntries(Object.entries(signs).filter(([, sign]) => sign !== ''));
    return {
      id: line.id,
      text: removal ? '' : (edit?.text ?? line.text),
      edited: removal ? undefined : edit?.id,
      deleted: removal?.id,
      signs: removal ? {} : inForce,
    };
  });
}
