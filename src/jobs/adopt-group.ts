/** Adopts a manual AccessGroup: previews what a directory group would change, then links exactly what was previewed. */
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
import { usernamesOf } from '../store/current/people.ts';
import type { Database } from '../store/database/database.ts';
import { linkGroup, loadManualGroup } from '../store/ownership/adopt.ts';
import { planRead } from './planning/plan-directory.ts';
import type { PlanPorts } from './planning/plan-ports.ts';
import { digestOf, requireSameDigest } from './planning/preview-digest.ts';

export interface AdoptRequest {
  /** The manual AccessGroup. */
  readonly owned: Owned;
  readonly directory: DirectorySettings;
  /** DN of the directory group. */
  readonly dn: string;
}

/**
 * Reads the directory group and returns who would be added and removed if it owned the AccessGroup. Throws RefusedError
 * (`unknown_source`, `source_refused`) and DirectoryError.
 */
export async function previewAdoption(ports: PlanPorts, request: AdoptRequest): Promise<AdoptionPreview> {
  return (await planAdoption(ports, request)).preview;
}

/**
 * Links the AccessGroup to the directory group, and queues the run that applies the members. Throws RefusedError
 * `plan_changed` if the preview no longer has this digest, and what previewAdoption throws.
 */
export async function adoptGroup(
  ports: PlanPorts,
  request: AdoptRequest,
  { digest, ...act }: Act & { readonly digest: string },
): Promise<Run> {
  const { preview, link } = await planAdoption(ports, request);
  requireSameDigest(preview.digest, digest, `adopting ${preview.team}/${preview.name}`);
  return linkGroup(ports.db, link, act);
}

async function planAdoption(
  ports: PlanPorts,
  { owned, directory, dn }: AdoptRequest,
): Promise<{ readonly preview: AdoptionPreview; readonly link: NewLink }> {
  const snapshot = await readSource(ports, directory, dn);
  const prepared = await inTurns(prepare(snapshot, directory));
  const { source, target } = chooseSource(snapshot, prepared.targets, owned, dn);
  const group = await loadManualGroup(ports.db, owned.id);
  if (group === undefined)
    throw new RefusedError('unknown_group', `AccessGroup ${owned.team}/${owned.name} is gone`);
  const mapping = mappingLabel(target.rule);
  const wanted = { ...prepared.wanted, members: group.members };
  const current = await loadUnlinked(ports.db, directory.name, wanted, source);
  // The same plan and guard as in a run, with this link in addition.
  const adopted = asAdopted(current, source, { group, mapping });
  const input = { snapshot, prepared, current: adopted, settings: directory };
  const planned = await planRead(ports.readDirectory, input, { group: dn });
  const preview = await describe(ports.db, planned, { owned, source, directory: directory.name });
  const { id: accessGroupId, team } = owned;
  const { externalId = '', name: cn = '' } = source;
  const named = { accessGroupId, team, name: owned.name, directory: directory.name };
  const link = { ...named, externalId, dn: source.dn, cn, mapping, present: group.members };
  return { preview, link };
}

async function readSource(ports: PlanPorts, directory: DirectorySettings, dn: string): Promise<Snapshot> {
  try {
    return await ports.readDirectory(directory, { group: dn });
  } catch (error) {
    throw error instanceof NotFoundError ? new RefusedError('unknown_source', error.message) : error;
  }
}

/** Returns the one directory group that was read, with its target. Throws RefusedError if it cannot be adopted. */
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
    throw refused(`"${source.dn}" shows no unique identity, so no AccessGroup can be linked to it`);
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

/** Loads the current state. Throws RefusedError if the directory group is already the source of an AccessGroup. */
async function loadUnlinked(
  db: Database,
  directory: string,
  wanted: Prepared['wanted'],
  { dn, externalId }: DirectoryGroup,
): Promise<CurrentState> {
  const current = await loadCurrent(db, directory, wanted);
  const known = current.groups.find(group => group.externalId === externalId);
  if (known?.accessGroupId !== undefined)
    throw refused(`"${dn}" is already the source of another AccessGroup`);
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

/** Returns the usernames. A user who does not exist yet has the username from the directory. */
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
