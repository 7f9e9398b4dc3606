/** Giving an AccessGroup made by hand to a directory: look first, then link exactly what was looked at. */
import { NotFoundError, RefusedError } from '../errors.ts';
import type { ManagedGroup } from '../model/current.ts';
import type { Act, AdoptionPreview, NewLink, Owned } from '../model/ownership.ts';
import type { Plan } from '../model/plan.ts';
import type { Planned, Run } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { DirectoryGroup, IdSet, Snapshot } from '../model/snapshot.ts';
import { type GroupTarget, mappingLabel, targetsOf } from '../plan/groups/target.ts';
import { asAdopted } from '../plan/what-if/adopt.ts';
import { finish } from '../steps/steps.ts';
import { loadCurrent } from '../store/current/load-current.ts';
import type { Database } from '../store/database/database.ts';
import { linkGroup, loadManualGroup } from '../store/ownership/adopt.ts';
import { usernamesOf } from '../store/ownership/relink.ts';
import { planDirectory } from './planning/plan-directory.ts';
import type { ReadDirectory } from './planning/plan-ports.ts';
import { digestOf } from './planning/preview-digest.ts';

export interface AdoptPorts {
  readonly db: Database;
  readonly readDirectory: ReadDirectory;
}

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
export async function previewAdoption(ports: AdoptPorts, wish: AdoptRequest): Promise<AdoptionPreview> {
  return (await look(ports, wish)).adoption;
}

/**
 * Links the AccessGroup to the directory group, if adopting would still do what `digest` names, and queues the run that
 * does it. Throws RefusedError `plan_changed` when not, and what previewAdoption throws.
 */
export async function adoptGroup(
  ports: AdoptPorts,
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

async function look(ports: AdoptPorts, { owned, directory, dn }: AdoptRequest): Promise<Looked> {
  const snapshot = await readSource(ports, directory, dn);
  const { source, target } = chooseSource(snapshot, directory, owned, dn);
  const group = await loadManualGroup(ports.db, owned.id);
  if (group === undefined)
    throw new RefusedError('unknown_group', `AccessGroup ${owned.team}/${owned.name} is gone`);
  const mapping = mappingLabel(target.rule);
  const planned = await planAdopted(ports, directory, snapshot, source, { group, mapping });
  const adoption = await describe(ports.db, planned, { owned, source, directory: directory.name });
  const { id: accessGroupId, team } = owned;
  const { externalId = '', name: cn = '' } = source;
  const named = { accessGroupId, team, name: owned.name, directory: directory.name };
  const link = { ...named, externalId, dn: source.dn, cn, mapping, present: group.members };
  return { adoption, link };
}

async function readSource(ports: AdoptPorts, directory: DirectorySettings, dn: string): Promise<Snapshot> {
  try {
    return await ports.readDirectory(directory, { group: dn });
  } catch (error) {
    throw error instanceof NotFoundError ? new RefusedError('unknown_source', error.message) : error;
  }
}

/** The one directory group that was read, and what its mapping makes of it. */
function chooseSource(
  snapshot: Snapshot,
  { mappings }: DirectorySettings,
  owned: Owned,
  dn: string,
): { readonly source: DirectoryGroup; readonly target: GroupTarget } {
  const [source, ...others] = snapshot.groups;
  const [target] = finish(targetsOf(snapshot, mappings));
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

/** The ordinary plan and the ordinary guard, told of one link more than there is. */
async function planAdopted(
  { db }: AdoptPorts,
  directory: DirectorySettings,
  snapshot: Snapshot,
  source: DirectoryGroup,
  link: { readonly group: ManagedGroup; readonly mapping: string },
): Promise<Planned> {
  return planDirectory(
    {
      readDirectory: async () => snapshot,
      loadPosition: async () => undefined,
      loadCurrent: async (...wanted) => {
        const current = await loadCurrent(db, ...wanted);
        const known = current.groups.find(({ externalId }) => externalId === source.externalId);
        if (known?.accessGroupId !== undefined)
          throw refused(`"${source.dn}" is the source of another AccessGroup already`);
        return asAdopted(current, source, link);
      },
    },
    directory,
  );
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
