import {
  countFindings,
  type Finding,
  finding,
  findingsForPeople,
  hasNewDamage,
  judgeLab,
  judgeMachine,
  type LabSight,
  mendedBetween,
  Problem,
  problemOf,
} from '@timelab/core';
import { identifySelf, type Lab, mendLab } from '@timelab/store';
import type { Configure, Context, Outcome } from '../command.ts';
import { lookAtLab } from '../effects/doctor/look-at-lab.ts';
import { lookAtMachine } from '../effects/doctor/look-at-machine.ts';
import { labOf } from '../effects/lab.ts';
import { learnReadableSecrets } from '../effects/masking/named-secrets.ts';
import { visible } from '../visible.ts';
import type { World } from '../world.ts';

interface DoctorOptions {
  readonly fix?: boolean;
}

const examples = `
Examples:
  $ timelab doctor
  $ timelab doctor --fix`;

export const configure: Configure = (command, act) => {
  command
    .description('Say what is wrong with the lab and with this machine, and the way out of each.')
    .option('--fix', 'put right what is derived, left over or has another mode; nothing else')
    .addHelpText('after', examples)
    .action(act(async (context, options: DoctorOptions) => await doctor(context, options)));
};

async function doctor(context: Context, { fix = false }: DoctorOptions): Promise<Outcome> {
  const lab = labToLookAt(context);
  if (fix && 'severity' in lab)
    throw new Problem('lab_not_found', 'There is no lab here that could be mended.');
  const ofLab: SeenLab =
    'severity' in lab ? { findings: [lab], mended: [] } : await seeLab(context, lab, fix);
  const ofMachine = judgeMachine(await lookAtMachine(context.world, ofLab.newest));
  return told([...ofLab.findings, ...ofMachine], ofLab.mended);
}

/** The lab that is looked at; where none was named and none is around, a finding that says so. */
function labToLookAt(context: Context): Lab | Finding {
  try {
    const lab = labOf(context);
    learnReadableSecrets(context, lab);
    return lab;
  } catch (error) {
    const isNone = error instanceof Problem && error.kind === 'lab_not_found';
    if (!isNone || context.global.lab !== undefined) throw error;
    return finding('lab', 'note', context.world.cwd, 'is in no lab');
  }
}

interface SeenLab {
  readonly findings: readonly Finding[];
  readonly mended: readonly Finding[];
  readonly newest?: string;
}

/** What is wrong with a lab, after it was mended where that was asked for; mended is what was wrong and is no more. */
async function seeLab({ world }: Context, lab: Lab, fix: boolean): Promise<SeenLab> {
  const before = await look(world, lab);
  if (!fix) return { ...before, mended: [] };
  let last = before;
  let after = await mend(world, lab, before);
  // Others may be at work, and be killed, meanwhile.
  for (let more = 0; more < 2 && hasNewDamage(last.findings, after.findings); more += 1)
    [last, after] = [after, await mend(world, lab, after)];
  return { ...after, mended: mendedBetween(before.findings, after.findings) };
}

/** Mends what a look has found, and looks again. */
async function mend(world: World, lab: Lab, { sight }: Looked): Promise<Looked> {
  const { modes = [], secrets } = sight ?? {};
  const failed = await expected('mending', lab, async () => {
    await mendLab(lab, { modes, ...(secrets === undefined ? {} : { secrets }) }, identifySelf(), world.now());
  });
  const after = await look(world, lab);
  return failed === undefined ? after : { ...after, findings: [...after.findings, failed] };
}

interface Looked {
  readonly findings: readonly Finding[];
  /** Nothing where the disk did not let the lab be looked at. */
  readonly sight?: LabSight;
  readonly newest?: string;
}

async function look(world: World, lab: Lab): Promise<Looked> {
  let sight: LabSight | undefined;
  const failed = await expected('lab', lab, async () => {
    sight = await lookAtLab(world, lab);
  });
  if (sight === undefined) return { findings: failed === undefined ? [] : [failed] };
  const { newest } = sight;
  return { findings: judgeLab(sight), sight, ...(newest === undefined ? {} : { newest }) };
}

/** Does work on a lab; a failure that timelab expects becomes a finding, but for that of being told to end. */
async function expected(
  kind: 'lab' | 'mending',
  { root }: Lab,
  work: () => Promise<void>,
): Promise<Finding | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem) || error.kind === 'interrupted') throw error;
    return finding(kind, 'error', root, error.message.replace(/\.$/, ''), error.hint);
  }
}

function told(findings: readonly Finding[], mended: readonly Finding[]): Outcome {
  const data = {
    counts: countFindings(findings),
    findings: findings.map((one) => ({ ...one })),
    mended: mended.map(({ kind, place, reason }) => ({ kind, place, reason })),
  };
  const lines = [
    ...findingsForPeople(findings),
    ...mended.map(({ kind, place, reason }) => `mended   ${kind} ${place}: ${reason}`),
  ];
  const problem = problemOf(findings);
  const text = lines.map((line) => `${visible(line)}\n`).join('');
  return { data, text, ...(problem === undefined ? {} : { problem }) };
}
