import type { Diagnosis, FindingView } from '../../src/api/finding.ts';
import type { Fault, Outcome } from './fault.ts';
import { type Resident, soon } from './resident.ts';
import { Stage, together } from './stage.ts';

/** How long a fault may take to show, in milliseconds. */
const PATIENCE_MS = 45_000;

const faultsOf = (findings: readonly FindingView[]): string[] => [
  ...new Set(findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)),
];

/** Plays one fault, and asks. What is named may take a while to be seen; once it is, nothing else may be named. */
export async function tryFault(fault: Fault): Promise<Outcome> {
  const began = performance.now();
  await using stage = new Stage();
  const expected = [fault.doctor, ...(fault.why === undefined ? [] : [fault.why])];
  const named: string[][] = [];
  const outcome = (trouble?: string): Outcome => {
    const strange = named.some((codes, i) => codes.some((code) => code !== expected[i]));
    return {
      fault: fault.name,
      expected,
      named,
      right: trouble === undefined && !strange && expected.every((code, i) => named[i]?.includes(code)),
      false: strange,
      ms: performance.now() - began,
      ...(trouble === undefined ? {} : { trouble }),
    };
  };
  try {
    const { who, what } = await fault.make(stage);
    named.push(await ask(() => who.doctor(), fault.doctor));
    if (fault.why !== undefined && what !== undefined) named.push(await ask(() => who.why(what), fault.why));
    return outcome();
  } catch (error) {
    return outcome((error as Error).message);
  }
}

/** What is named once `code` is, or when it was waited for in vain. */
async function ask(how: () => Promise<{ readonly findings: readonly FindingView[] }>, code: string): Promise<string[]> {
  let named: string[] = [];
  const isNamed = async () => {
    named = faultsOf((await how()).findings);
    return named.includes(code);
  };
  await soon(code, isNamed, PATIENCE_MS).catch(() => {});
  return named;
}

/** Three nodes with nothing wrong, who have talked: whatever is found is false. */
export async function tryHealth(
  where: 'local' | 'neighbour',
): Promise<{ readonly found: readonly string[]; readonly ms: number }> {
  const began = performance.now();
  await using stage = new Stage();
  const [ann, bob, carol] = [stage[where]('ann'), stage[where]('bob'), stage[where]('carol')];
  if (where === 'local') await together(ann, bob, carol);
  else {
    await Promise.all([ann.up(), bob.up(), carol.up()]);
    await Promise.all([ann.meets(bob), ann.meets(carol), bob.meets(carol)]);
  }
  await ann.must('send', '--wait', 'delivered', bob.id, 'hello');
  const found: string[] = [];
  for (const [name, one] of Object.entries({ ann, bob, carol })) found.push(...(await look(name, one)));
  return { found, ms: performance.now() - began };
}

async function look(name: string, one: Resident): Promise<string[]> {
  const { code, findings }: Diagnosis & { readonly code: number | null } = await one.doctor();
  const said = findings.map((finding) => `${name}: ${finding.code} (${finding.found})`);
  return code === 0 || said.length > 0 ? said : [`${name}: exit code ${code}`];
}
