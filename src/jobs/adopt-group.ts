/** Giving an AccessGroup made by hand to a directory: look first, then link exactly what was looked at. */
import { NotFoundError, RefusedError } from '../errors.ts';
import type { CurrentState } from '../model/current.ts';
import type { Act, AdoptionPreview, NewLink, Owned } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { Planned, Run } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { DirectoryGroup, IdSet, Snapshot } from '../model/snapshot.ts';
import { type GroupTarget, mappingLabel } from '../plan/groups/target.ts';
import { type Prepared, prepare } from '../plan/lookup-request.ts';
import { asAdopted } from '../plan/what-if/adopt.ts';
import { inTurns } from '../steps/in-turns.ts';
import { loadCurrent } from '../store/current/load-current.ts';
import type { Database } from '../store/database/database.ts';
import { linkGroup, loadManualGroup } from '../store/ownership/adopt.ts';
import { usernamesOf } from '../store/ownership/relink.ts';
import { decide } from './planning/decide.ts';
import type { PlanPorts } from './planning/plan-ports.ts';
import { digestOf } from './planning/preview-digest.ts';

export interface AdoptRequest {
  /** Made by hand. */
  readonly owned: Owned;
  readonly directory: DirectorySettings;
  /** DN of the directory group. */
  readonly dn: string;
}

interface Looked {
  readonly adoption: AdoptionPreview;
  readonly link: NewLink;
}

/**
 * Who would come and who would go if this directory group owned the AccessGroup: read now, planned as if it were linked.
 * Throws RefusedError (`unknown_source`, `source_refused`) and DirectoryError.
 */
export async function previewAdoption(ports: PlanPorts, wish: AdoptRequest): Promise<AdoptionPreview> {
  return (await look(ports, wish)).adoption;
}

/**
 * Links the AccessGroup to the directory group, if adopting would still do what `digest` names, and queues the run that
 * does it. Throws RefusedError `plan_changed` when not, and what previewAdoption throws.
 */
export async function adoptGroup(
  ports: PlanPorts,
  wish: AdoptRequest,
  { digest, ...act }: Act & { readonly digest: string },
): Promise<Run> {
  const { adoption, link } = await look(ports, wish);
  if (adoption.digest !== digest) {
    const what = `what adopting ${adoption.team}/${adoption.name} would do has changed`;
    throw new RefusedError('plan_changed', `${what} since you looked: look at it again`);
  }
  return linkGroup(ports.db, link, act);
}

async function look(ports: PlanPorts, { owned, directory, dn }: AdoptRequest): Promise<Looked> {
  const snapshot = await readSource(ports, directory, dn);
  const prepared = await inTurns(prepare(snapshot, directory));
  const { source, target } = chooseSource(snapshot, prepared.targets, owned, dn);
  const group = await loadManualGroup(ports.db, owned.id);
  if (group === undefined)
    throw new RefusedError('unknown_group', `AccessGroup ${owned.team}/${owned.name} is gone`);
  const mapping = mappingLabel(target.rule);
  const current = await loadUnlinked(ports.db, directory.name, prepared.wanted, source);
  // The ordinary plan and the ordinary guard, with one link more than there is.
  const adopted = asAdopted(current, source, { group, mapping });
  const planned = await inTurns(decide({ snapshot, prepared, current: adopted, settings: directory }));
  const adoption = await describe(ports.db, planned, { owned, source, directory: directory.name });
  const { id: accessGroupId, team } = owned;
  const { externalId = '', name: cn = '' } = source;
  const named = { accessGroupId, team, name: owned.name, directory: directory.name };
  const link = { ...named, externalId, dn: source.dn, cn, mapping, present: group.members };
  return { adoption, link };
}

async function readSource(ports: PlanPorts, directory: DirectorySettings, dn: string): Promise<Snapshot> {
  try {
    return await ports.readDirectory(directory, { group: dn });
  } catch (error) {
    throw error instanceof NotFoundError ? new RefusedError('unknown_source', error.message) : error;
  }
}

/** The one directory group that was read, and what its mapping makes of it. */
function chooseSource(
  snapshot: Snapshot,
  [target]: readonly GroupTarget[],
  owned: Owned,
  dn: string,
): { readonly source: DirectoryGroup; readonly target: GroupTarget } {
  const [source, ...others] = snapshot.groups;
  if (source === undefined || others.length > 0)
    throw refused(`"${dn}" names ${snapshot.groups.length} directory groups: give the DN of one`);
  if (source.externalId === undefined || target === undefined)
    throw refused(`"${source.dn}" shows no identity of its own, so nothing can be linked to it`);
  if (source.members.kind === 'unknown')
    throw refused(`the members of "${source.dn}" could not be read: ${source.members.reason}`);
  if (target.team !== owned.team) {
    const where = `its mapping puts "${source.dn}" into team "${target.team}"`;
    throw refused(`${where}, and the AccessGroup is one of team "${owned.team}"`);
  }
  return { source, target };
}

function refused(why: string): RefusedError {
  return new RefusedError('source_refused', why);
}

/** What the database holds about the directory, in which the group must be the source of no AccessGroup. */
async function loadUnlinked(
  db: Database,
  directory: string,
  wanted: Prepared['wanted'],
  { dn, externalId }: DirectoryGroup,
): Promise<CurrentState> {
  const current = await loadCurrent(db, directory, wanted);
  const known = current.groups.find(group => group.externalId === externalId);
  if (known?.accessGroupId !== undefined)
    throw refused(`"${dn}" is the source of another AccessGroup already`);
  return current;
}

async function describe(
  db: Database,
  { plan, verdict }: Planned,
  { owned, source, directory }: { owned: Owned; source: DirectoryGroup; directory: string },
): Promise<AdoptionPreview> {
  const change = plan.changes.find(({ accessGroupId }) => accessGroupId === owned.id);
  const { team, name, id: accessGroupId } = owned;
  const newName = change?.kind === 'rename' ? change.name : undefined;
  const add = await namesOf(db, plan, change?.add);
  const remove = await namesOf(db, plan, change?.remove);
  const shown = { accessGroupId, team, name, directory, dn: source.dn, newName, add, remove };
  const digest = digestOf({ ...shown, externalId: source.externalId });
  return { digest, ...shown, held: verdict.reasons };
}

/** People who have no account yet are called as the directory calls them. */
async function namesOf(db: Database, { newUsers }: Plan, ids: IdSet | undefined): Promise<readonly string[]> {
  const all = Array.from(ids ?? []);
  const known = await usernamesOf(
    db,
    all.filter(id => id > 0),
  );
  return all
    .map(id => known.get(id) ?? newUsers[-id - 1]?.username)
    .filter(name => name !== undefined)
    .sort();
}
