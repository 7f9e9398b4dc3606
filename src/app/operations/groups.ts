/** Changes of AccessGroups by an operator, for the API and the commands. */
import { RefusedError } from '../../errors.ts';
import { normaliseName } from '../../mapping/group-name.ts';
import type { GroupOperations } from '../../model/operations/groups.ts';
import type { Database } from '../../store/database/database.ts';
import { changeGroup, createGroup, deleteGroup } from '../../store/manual/groups.ts';
import { addMember, removeMember } from '../../store/manual/members.ts';
import { assignProject, unassignProject } from '../../store/manual/projects.ts';
import { getGroup } from '../../store/queries/groups.ts';

/** Binds the changes to the database. */
export function manualOf(db: Database): GroupOperations {
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

/** Normalises a name as the sync does, so that two names that look alike are equal (case A5). */
function usable(text: string): string {
  const name = normaliseName(text);
  if (name !== undefined) return name;
  throw new RefusedError(
    'name_invalid',
    'the name of a group must contain a printable character and no control characters',
  );
}
