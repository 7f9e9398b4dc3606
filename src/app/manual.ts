/** Looking after AccessGroups by hand, as the API and the commands do it. */
import { RefusedError } from '../errors.ts';
import type { ManualDeps } from '../http/deps/manual.ts';
import { normaliseName } from '../plan/name.ts';
import type { Database } from '../store/database.ts';
import { changeGroup, createGroup, deleteGroup } from '../store/manual/groups.ts';
import { addMember, removeMember } from '../store/manual/members.ts';
import { assignProject, unassignProject } from '../store/manual/projects.ts';
import { getGroup } from '../store/views/groups.ts';

/** The changes, as functions of the database. */
export function manualOf(db: Database): ManualDeps {
  return {
    async createGroup({ team, name, type }, actor) {
      const { id } = await createGroup(db, { team, name: usable(name), type, actor });
      return getGroup(db, id);
    },
    async changeGroup(id, { name, type }, actor, seen) {
      await changeGroup(db, id, { name: name === undefined ? undefined : usable(name), type, seen }, actor);
      return getGroup(db, id);
    },
    deleteGroup: (id, actor, seen) => deleteGroup(db, id, actor, seen),
    addMember: (id, username, actor) => addMember(db, id, username, actor),
    removeMember: (id, username, actor) => removeMember(db, id, username, actor),
    assignProject: (id, slug, actor) => assignProject(db, id, slug, actor),
    unassignProject: (id, slug, actor) => unassignProject(db, id, slug, actor),
  };
}

/** As the sync writes names, so that two that look alike are one (case A5). */
function usable(text: string): string {
  const name = normaliseName(text);
  if (name !== undefined) return name;
  throw new RefusedError(
    'name_invalid',
    "a group's name needs a printable character, and no control characters",
  );
}
