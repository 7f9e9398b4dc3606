/** Relinks a directory whose identities changed: previews the moves of links, then makes exactly the previewed moves. */
import { RefusedError } from '../errors.ts';
import type { CurrentState } from '../model/current.ts';
import type { Act, Moves, RelinkPreview } from '../model/ownership.ts';
import type { Planned, Run } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { prepare } from '../plan/lookup-request.ts';
import { asRelinked, findMoves, isLinked } from '../plan/what-if/relink.ts';
import { inTurns } from '../steps/in-turns.ts';
import { loadCurrent } from '../store/current/load-current.ts';
import { usernamesOf } from '../store/current/people.ts';
import type { Database } from '../store/database/database.ts';
import { loadAllLinks, moveLinks } from '../store/ownership/relink.ts';
import { decide } from './planning/decide.ts';
import type { PlanPorts } from './planning/plan-ports.ts';
import { digestOf, requireSameDigest } from './planning/preview-digest.ts';

export interface RelinkRequest {
  readonly directory: DirectorySettings;
  /** DN of the only group to relink; people then keep their links. */
  readonly group?: string;
}

/**
 * Returns which links would move, and what the next run would then do. Throws DirectoryError, and RefusedError
 * `source_refused` for a single group after a change of the identity attribute, which affects all groups.
 */
export async function previewRelink(ports: PlanPorts, request: RelinkRequest): Promise<RelinkPreview> {
  return (await planRelink(ports, request)).preview;
}

/**
 * Moves the links, and queues the run of the whole directory that applies the result. Throws RefusedError `plan_changed`
 * if the preview no longer has this digest, and what previewRelink throws.
 */
export async function relinkDirectory(
  ports: PlanPorts,
  request: RelinkRequest,
  { digest, ...act }: Act & { readonly digest: string },
): Promise<Run> {
  const { preview, moves, idAttribute } = await planRelink(ports, request);
  const { name } = request.directory;
  requireSameDigest(preview.digest, digest, `relinking ${name}`);
  return moveLinks(ports.db, { ...moves, directory: name, idAttribute }, act);
}

/** Reads the whole directory: only a complete read shows that an identity is gone. */
async function planRelink(
  { db, readDirectory }: PlanPorts,
  { directory, group }: RelinkRequest,
): Promise<{ readonly preview: RelinkPreview; readonly moves: Moves; readonly idAttribute: string }> {
  const snapshot = await readDirectory(directory, {});
  const prepared = await inTurns(prepare(snapshot, directory));
  const current = await loadCurrent(db, directory.name, prepared.wanted);
  if (group !== undefined) requireSameAttribute(snapshot, current);
  const links = await loadAllLinks(db, directory.name);
  const moves = findMoves(snapshot, current, links, group);
  const relinked = asRelinked(current, links, { ...moves, idAttribute: snapshot.idAttribute });
  const planned = await inTurns(decide({ snapshot, prepared, current: relinked, settings: directory }));
  const preview = await describe(db, planned, relinked, moves);
  return { preview, moves, idAttribute: snapshot.idAttribute };
}

function requireSameAttribute(snapshot: Snapshot, { lastRead }: CurrentState): void {
  const before = lastRead?.idAttribute;
  if (before === undefined || before === snapshot.idAttribute) return;
  const why = `the identity attribute changed from ${before} to ${snapshot.idAttribute}`;
  throw new RefusedError('source_refused', `${why}, which affects every group: relink the whole directory`);
}

async function describe(
  db: Database,
  { snapshot, plan, verdict }: Planned,
  relinked: CurrentState,
  moves: Moves,
): Promise<RelinkPreview> {
  const changes = new Map(plan.changes.map(change => [change.accessGroupId, change]));
  const usernames = await usernamesOf(
    db,
    moves.people.map(move => move.userId),
  );
  const groups = moves.groups.map(move => {
    const change = move.accessGroupId === undefined ? undefined : changes.get(move.accessGroupId);
    return { ...move, add: change?.add.length ?? 0, remove: change?.remove.length ?? 0 };
  });
  const people = moves.people.map(move => ({ ...move, username: usernames.get(move.userId) ?? '' }));
  const read = new Set(snapshot.groups.map(group => group.externalId));
  const lost = relinked.groups.filter(known => isLinked(known) && !read.has(known.externalId));
  const members = plan.changes.map(({ accessGroupId, add, remove }) => [
    accessGroupId,
    [...add],
    [...remove],
  ]);
  const digest = digestOf({ groups, people, members });
  return { digest, directory: plan.directory, groups, people, lost: lost.length, held: verdict.reasons };
}
