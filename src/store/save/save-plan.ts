/** Saves a plan in one transaction, so that the run can be applied from the database alone. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { NotFoundError } from '../../errors.ts';
import type { ReadWith } from '../../model/current.ts';
import type { Plan, Verdict } from '../../model/plan.ts';
import type { RefusedUsers, RunCounts, RunMode, ShadowDrift } from '../../model/run.ts';
import { LEASED, PLAN_MINUTES } from '../../model/run-status.ts';
import { wasForgotten } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { statusList } from '../database/in-status.ts';
import { jsonOf, query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { forgetRejected } from '../runs/rejected.ts';
import { saveChanges } from './changes.ts';
import { forgetErrors, saveStates } from './directory-groups.ts';
import { saveLinkRequests } from './link-requests.ts';
import { createTeams, createUsers, type Place } from './new-users.ts';
import { saveLinks, withoutRefused } from './people.ts';
import { saveDoubts, saveEntryChanges, saveReferences } from './references.ts';
import { saveShadow } from './shadow.ts';

export interface PlanToSave {
  readonly run: number;
  readonly owner: string;
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly mode: RunMode;
  /** The snapshot covers all mapped groups, so the run has judged again what older runs hold. */
  readonly whole: boolean;
  /** This is the confirmed first run of its directory, or the first one that may write: see `firstRun`. */
  readonly confirms?: boolean;
  /** `marker`: the value that the next read must find for the directory to count as unchanged. */
  readonly state: ReadWith & {
    readonly marker: string | undefined;
    readonly position?: string | undefined;
    readonly expiresNext?: Date | undefined;
    /** The number of people in the directory, and in mapped groups. Omitted: not everything was read. */
    readonly size?: { readonly people: number; readonly referenced: number };
  };
  /** What waits behind `shadow`; omitted: no mapping is in shadow. */
  readonly shadow?: ShadowDrift | undefined;
  readonly counts: RunCounts;
}

/**
 * Saves a plan in one transaction: people, links, states, and the work of each task. After that the queue may be lost.
 * The run then applies, and the numbers of its batches are returned. In mode plan, only the plan is saved and the run
 * has succeeded. Throws NotFoundError if this owner no longer has the run.
 */
export async function savePlan(db: Database, input: PlanToSave): Promise<number[]> {
  return transact(db, async em => {
    await lockOwnRun(em, input);
    const { batches, refused } = await (input.mode === 'plan'
      ? saveDryRun(em, input)
      : saveForApply(em, input, db));
    await query(
      em,
      sql`
        update sync_run
        set looked_at = now(),
          ${
            input.mode === 'plan'
              ? sql`status = 'succeeded', lease_until = null, finished_at = now()`
              : sql`status = 'applying', lease_until = now() + ${PLAN_MINUTES} * interval '1 minute', finished_at = null`
          },
          counts = counts || ${jsonOf({ ...input.counts, ...(refused && { refused }) })}::jsonb
        where id = ${input.run}`,
    );
    return batches;
  });
}

async function lockOwnRun(em: EntityManager, { run, owner }: PlanToSave): Promise<void> {
  const mine = await queryOne(
    em,
    sql`
      select from sync_run
      where id = ${run} and owner = ${owner} and status in (${statusList(LEASED)})
      for update`,
  );
  if (mine === undefined) throw new NotFoundError(`this process has lost run ${run}: its lease expired`);
}

interface Saved {
  readonly batches: number[];
  readonly refused?: RefusedUsers | undefined;
}

async function saveDryRun(em: EntityManager, { run, plan, verdict }: PlanToSave): Promise<Saved> {
  await saveChanges(em, { run, plan, verdict, outcome: 'planned', userIds: undefined });
  return { batches: [] };
}

async function saveForApply(em: EntityManager, input: PlanToSave, place: Place): Promise<Saved> {
  const { run, plan, verdict } = input;
  await closeApproved(em, run);
  if (input.whole) await saveShadow(em, { run, directory: plan.directory }, input.shadow);
  if (verdict.unconfirmed)
    return { batches: await saveChanges(em, { run, plan, verdict, outcome: 'held', userIds: undefined }) };
  const created = await createUsers(em, plan.directory, plan.newUsers, place);
  await createTeams(em, plan.newTeams, place);
  const refused = await saveLinks(em, { run, plan, userIds: created.ids });
  await saveLinkRequests(em, { run, plan, whole: input.whole });
  await saveStates(em, { run, plan });
  await saveReferences(em, { run, plan, verdict });
  await saveEntryChanges(em, plan);
  const newDoubts = await saveDoubts(em, { run, plan });
  const batches = await saveChanges(em, {
    run,
    plan: withoutRefused(plan, refused),
    verdict,
    outcome: 'pending',
    // A user that was created for an entry gets no membership if the entry was linked to another user meanwhile.
    userIds: new Map([...created.ids].filter(([, id]) => !refused.has(id))),
    newDoubts,
  });
  if (input.whole && plan.empty === undefined && plan.readUntrusted !== true) {
    await forgetRejected(em, plan);
    await forgetErrors(em, plan);
  }
  // This is last, because transactions that hold links wait for the row of the marker.
  await (input.whole ? saveDirectoryState(em, input) : savePosition(em, input));
  return { batches, refused: created.refused };
}

/** Closes the held run whose approval this run applies. */
async function closeApproved(em: EntityManager, run: number): Promise<void> {
  await query(
    em,
    sql`
      update sync_run h set status = 'succeeded'
      from sync_run r
      where r.id = ${run} and h.id = r.approves and h.status = 'held'`,
  );
}

/** A server that is behind a partial read lacks what this run applied, as one that is behind a complete read does. */
async function savePosition(em: EntityManager, { plan, state: { position } }: PlanToSave): Promise<void> {
  if (position === undefined) return;
  await query(em, sql`update directory_state set position = ${position} where directory = ${plan.directory}`);
}

/**
 * Saves the state of the read. While removals are held or wait for the next read, the settings with which the guard compares
 * stay as they were: otherwise the next read would find no changed configuration, and apply the removals.
 */
async function saveDirectoryState(em: EntityManager, input: PlanToSave): Promise<void> {
  const { plan, verdict, state, confirms = false } = input;
  const { server, configDigest, normalisation = null, idAttribute = null, position = null } = state;
  const expiresNext = state.expiresNext?.toISOString() ?? null;
  const { people = null, referenced = null } = state.size ?? {};
  const passed = verdict.reasons.length === 0 && verdict.waits !== true;
  const marker = (await wasForgotten(em, input.run)) ? null : (state.marker ?? null);
  await query(
    em,
    sql`
      insert into directory_state as s
        (directory, marker, position, server, config_digest, normalisation, id_attribute, expires_next,
        people, referenced, whole_at, last_complete_at, confirmed_at)
      values (${plan.directory}, ${marker}, ${position}, ${server}, ${configDigest}, ${normalisation}, ${idAttribute},
        ${expiresNext}, ${people}, ${referenced}, case when ${people}::integer is not null then now() end, now(),
        case when ${confirms} then now() end)
      on conflict (directory) do update
      set marker = excluded.marker, position = coalesce(excluded.position, s.position),
        id_attribute = excluded.id_attribute, expires_next = excluded.expires_next,
        people = coalesce(excluded.people, s.people), referenced = coalesce(excluded.referenced, s.referenced),
        whole_at = coalesce(excluded.whole_at, s.whole_at), last_complete_at = excluded.last_complete_at,
        confirmed_at = coalesce(s.confirmed_at, excluded.confirmed_at),
        server = case when ${passed} then excluded.server else s.server end,
        config_digest = case when ${passed} then excluded.config_digest else s.config_digest end,
        normalisation = case when ${passed} then excluded.normalisation else s.normalisation end`,
  );
}
