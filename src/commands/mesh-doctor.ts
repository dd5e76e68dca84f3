import { isFault } from '../api/finding.ts';
import { command } from './command.ts';
import { commandsIn, faultLine } from './fault-lines.ts';
import { plural } from './show.ts';

export const meshDoctor = command({
  name: 'mesh doctor',
  summary: 'look for what is wrong: files, clock, port, firewall, peers, mail, terminal; starts no node',
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
    const around = await context.lookAround?.();
    const all = [...looked.result.findings, ...(around?.findings ?? [])];
    const findings = all.map((one) => ({ ...one, fix: commandsIn(one.fix, context.face) }));
    const good = [...looked.result.good, ...(around?.good ?? [])];
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
