/** Manual changes of users in the application, which the sync must respect. */
import { sql } from 'kysely';
import { rowsOf } from '../support/given/saved-plan.ts';
import type { Trial } from './trial.ts';
import { LOCAL, type ManualStep, NAMES, USERNAMES, wantedName } from './world/scenario.ts';

/** Changes manual groups in the database and in the model; an impossible step does nothing. */
export async function changeByHand(trial: Trial, step: ManualStep): Promise<void> {
  const {
    jobs: { db },
    state,
  } = trial;
  const manual = new Map(state.manual);
  if (trial.flight !== undefined) trial.flight.disturbed = true;
  const taken = await namesTaken(trial);
  const [name, members] = 'group' in step ? ([...manual][step.group % Math.max(1, manual.size)] ?? []) : [];
  if (step.do === 'makeGroup') {
    const wanted = nameOf(trial, step.name);
    if (taken.has(wanted)) return;
    const people = LOCAL.filter(one => step.people.some(at => USERNAMES[at] === one));
    manual.set(wanted, new Set(people));
    await rowsOf(
      db,
      sql`
        with made as (insert into access_group (team_id, name) select id, ${wanted} from team returning id)
        insert into access_group_members (access_group_id, user_id)
        select made.id, u.id from made, auth_user u where u.username = any(${people}::text[])`,
    );
  } else if (name === undefined || members === undefined) {
    return;
  } else if (step.do === 'changeMember') {
    const person = LOCAL[step.person % LOCAL.length] ?? '';
    const isMember = members.has(person);
    manual.set(name, new Set(isMember ? [...members].filter(one => one !== person) : [...members, person]));
    const these = sql`(select id from access_group where name = ${name}), (select id from auth_user where username = ${person})`;
    await rowsOf(
      db,
      isMember
        ? sql`delete from access_group_members where (access_group_id, user_id) = (${these})`
        : sql`insert into access_group_members (access_group_id, user_id) values (${these})`,
    );
  } else if (step.do === 'renameGroup') {
    const wanted = nameOf(trial, step.name);
    if (taken.has(wanted)) return;
    manual.delete(name);
    manual.set(wanted, members);
    await rowsOf(db, sql`update access_group set name = ${wanted} where name = ${name}`);
  } else {
    manual.delete(name);
    await rowsOf(db, sql`delete from access_group where name = ${name}`);
  }
  trial.state = { ...state, manual };
  if (trial.flight !== undefined) {
    const { before, outcome } = trial.flight;
    trial.flight.before = { ...before, manual };
    trial.flight.outcome = { ...outcome, state: { ...outcome.state, manual } };
  }
}

async function namesTaken({ jobs: { db } }: Trial): Promise<ReadonlySet<string>> {
  const rows = await rowsOf(db, sql<{ name: string }>`select name from access_group`);
  return new Set(rows.map(row => row.name));
}

/** A name that the directory may request. */
function nameOf({ scenario }: Trial, at: number): string {
  return wantedName(scenario.name, NAMES[at % 4] ?? '');
}
