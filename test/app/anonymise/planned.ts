/** Plans a directory and a state, as a run does, and records the read with pseudonyms. */
import { anonymiseInputs } from '../../../src/app/anonymise/inputs.ts';
import { namingAttributes } from '../../../src/app/anonymise/settings.ts';
import { createAnonymiser } from '../../../src/directory/anonymise/anonymiser.ts';
import { inputsLine } from '../../../src/directory/recording/inputs.ts';
import { recordReads } from '../../../src/directory/recording/record-reads.ts';
import { openReplay, type Read } from '../../../src/directory/recording/replay.ts';
import { planRead, planWithState, type ReadInput } from '../../../src/jobs/planning/plan-directory.ts';
import type { CurrentState } from '../../../src/model/current.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Planned } from '../../../src/model/run.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { prepare } from '../../../src/plan/lookup-request.ts';
import { finish } from '../../../src/steps/steps.ts';
import { HEADER, recordingOf } from '../../directory/recording/recorded.ts';
import { known, managedGroup } from '../../support/given/values.ts';

const KEY = Buffer.from('the key of the tests');

/** A plan of what `read` finds. */
export function planOf(read: Read, settings: DirectorySettings, current: CurrentState): Promise<Planned> {
  return planWithState(read, settings, { current: () => current, position: undefined });
}

/** The input of a plan, with a state that no database has. */
export async function loaded(
  read: Read,
  settings: DirectorySettings,
  current: CurrentState,
): Promise<ReadInput> {
  const snapshot = await read(settings, {});
  return { snapshot, prepared: finish(prepare(snapshot, settings)), settings, current };
}

/**
 * Plans what `load` reads, and plans the same with pseudonyms: `again`. `recording` has the names, `text` is the file without.
 */
export async function planTwice(
  settings: DirectorySettings,
  load: (read: Read) => Promise<ReadInput>,
  clock = () => Date.now(),
) {
  const anonymiser = createAnonymiser(namingAttributes(settings), KEY);
  const [lines, hidden]: [object[], object[]] = [[HEADER], [HEADER]];
  const record = recordReads(some => {
    lines.push(...some);
    hidden.push(...some.map(anonymiser.line));
    return undefined;
  }, clock);
  const input = await load(record);
  const planned = await planRead(record, input);
  hidden.push(inputsLine(await anonymiseInputs(settings, input, anonymiser)));
  const [texts, written] = [lines, hidden].map(all =>
    [...all, { end: { entries: 0 } }].map(line => JSON.stringify(line)),
  );
  const recording = await recordingOf(texts ?? []);
  const { inputs, reads, ...anonymous } = await recordingOf(written ?? []);
  await using replay = await openReplay({ ...anonymous, inputs, reads });
  const again = await planWithState(replay.readDirectory, inputs?.settings ?? settings, {
    position: reads[0]?.position,
    current: () => inputs?.current ?? input.current,
  });
  return { planned, again, derived: replay.derived(), recording, text: (written ?? []).join('\n') };
}

/** Numbers, kinds and reasons of a plan, without names. */
export function shapeOf({ plan, verdict, snapshot }: Planned) {
  return {
    counts: plan.counts,
    changes: plan.changes
      .map(({ kind, reason, desired, add, remove, facts = {} }) =>
        [kind, reason, desired.length, add.length, remove.length, Object.keys(facts).toSorted()].join(' '),
      )
      .toSorted(),
    unresolved: plan.unresolved.appeared.map(({ reason }) => reason).toSorted(),
    doubts: plan.doubts.map(({ kind, keys }) => `${kind} ${keys.length}`).toSorted(),
    holds: verdict.holds.map(({ reason, removals }) => `${reason} ${removals.length}`).toSorted(),
    reasons: verdict.reasons.length,
    people: snapshot.users
      .map(({ disabled, idIssue, username, usernames = [] }) =>
        [disabled, idIssue, username?.length, usernames.length].join(' '),
      )
      .toSorted(),
    references: snapshot.references.map(({ reason, absent }) => `${reason} ${absent}`).toSorted(),
    warnings: plan.warnings.length,
  };
}

/** The state after a plan was applied. */
export function applied(before: CurrentState, plan: Plan): CurrentState {
  const created = plan.changes.filter(({ kind }) => kind === 'create');
  const teams = new Map(before.teams.map(({ slug, id }) => [slug, id]));
  const managed = created.map(({ name, team, desired }, at) =>
    managedGroup(1000 + at, name, [...desired], { teamId: teams.get(team) ?? 0 }),
  );
  const states = plan.states.map(state => {
    const at = created.findIndex(({ sources }) => sources.includes(state.externalId));
    return { ...known(0, state.cn, at < 0 ? undefined : 1000 + at), ...state };
  });
  const memberships = managed.reduce((sum, { members }) => sum + members.length, 0);
  const age = { ageMs: 1, repeated: true };
  return {
    ...before,
    linked: true,
    totals: { groups: managed.length, memberships },
    managed,
    named: [
      ...before.named,
      ...managed.map(({ id, teamId, name, type }) => ({ id, teamId, name, type, managed: true })),
    ],
    groups: states,
    links: plan.links,
    unresolved: plan.unresolved.appeared,
    references: new Map(
      (plan.references?.appeared ?? []).map(({ key, ...each }) => [key, { ...each, ...age }]),
    ),
    changes: new Map((plan.entryChanges ?? []).map(({ externalId, changedAt }) => [externalId, changedAt])),
  };
}
