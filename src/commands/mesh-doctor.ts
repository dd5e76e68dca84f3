import { isFault } from '../api/finding.ts';
import { command } from './command.ts';
import { commandsIn, faultLine } from './fault-lines.ts';
import { plural } from './show.ts';

export const meshDoctor = command({
  name: 'mesh doctor',
  summary: 'look for what is wrong: files, clock, port, firewall, mDNS, peers, mail; starts no node',
  args: {},
  options: {},
  examples: ['/mesh doctor'],
  needsNode: false,
  run: async (api, _input, context) => {
    const asked = await api.call('doctor', {});
    // Without a node it is looked at what there is: the files, and why none runs.
    const isGone = !asked.ok && asked.error.code === 'E_NODE_GONE';
    const looked = isGone ? ((await context.inspect?.()) ?? asked) : asked;
    if (!looked.ok) return looked;
    const { good } = looked.result;
    const findings = looked.result.findings.map((one) => ({ ...one, fix: commandsIn(one.fix, context.face) }));
    return { ok: true, result: { findings, good }, exitCode: findings.some(isFault) ? 1 : 0 };
  },
  render: ({ findings, good }, context) => {
    const count = findings.filter(isFault).length;
    return [
      ...findings.map((one) => faultLine(one, context)),
      ...good.map(({ what, found }) => `${context.aloud ? 'good:' : context.ascii ? 'ok' : '✓'} ${what}: ${found}`),
      count === 0 ? 'nothing wrong was found' : `${plural(count, 'thing')} to look at`,
    ];
  },
});
