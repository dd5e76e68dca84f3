import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/api/finding.ts';
import { findingView } from '../../src/api/finding.ts';
import type { NodeApi } from '../../src/api/schema.ts';
import { meshDoctor } from '../../src/commands/mesh-doctor.ts';
import { FakeContext } from '../support/fake-context.ts';

const view = (code: 'NODE_STOPPED' | 'QUEUED') =>
  findingView({ code, subject: 'node', found: 'in /tmp/home' }, (id) => id);
const good = [{ what: 'disk', found: '12 MB free' }];

const answering = (answer: unknown) => ({ call: async () => answer }) as unknown as NodeApi;
const gone = answering({ ok: false, error: { code: 'E_NODE_GONE', message: 'no node' } });
const well = (result: Diagnosis) => answering({ ok: true, result });

class Shell extends FakeContext {
  override readonly face = 'shell' as never;
  inspect = async () => ({ ok: true as const, result: { findings: [view('NODE_STOPPED')], good } });
}

describe('/mesh doctor', () => {
  test('ends with 0 when nothing is wrong, and with 1 when something is', async () => {
    const context = new FakeContext();
    expect(await meshDoctor.run(well({ findings: [], good }), {}, context)).toMatchObject({ ok: true, exitCode: 0 });
    const queued = well({ findings: [view('QUEUED')], good });
    expect(await meshDoctor.run(queued, {}, context)).toMatchObject({ exitCode: 0 });
    const stopped = well({ findings: [view('NODE_STOPPED')], good });
    expect(await meshDoctor.run(stopped, {}, context)).toMatchObject({ exitCode: 1 });
  });

  test('without a node it looks at the files; it never takes a node that refuses for none', async () => {
    const looked = await meshDoctor.run(gone, {}, new Shell());
    expect(looked).toMatchObject({ ok: true, exitCode: 1, result: { findings: [{ code: 'NODE_STOPPED' }] } });
    const older = answering({ ok: false, error: { code: 'E_USAGE', message: 'the node has no method "doctor"' } });
    expect(await meshDoctor.run(older, {}, new Shell())).toMatchObject({ ok: false, error: { code: 'E_USAGE' } });
  });

  test('the fault and what to do stand on one line, what is good below; commands read as they are typed there', async () => {
    const shell = new Shell();
    const looked = (await meshDoctor.run(gone, {}, shell)) as { result: Diagnosis };
    expect(meshDoctor.render(looked.result, shell, {})).toEqual([
      '✗ NODE_STOPPED: in /tmp/home · qpc up starts it',
      '✓ disk: 12 MB free',
      '1 thing to look at',
    ]);
  });
});
