/** Writes an organisation as LDAP operations, for a directory that cannot load LDIF. */
import { memberValues, otherEntries } from '../model/entries.ts';
import type { Group, Organisation } from '../model/model.ts';
import { changeMembers, createEntry, type Operation } from './operations.ts';

/**
 * The operations that store the organisation in a directory that has its suffix entry and cannot load LDIF: Active
 * Directory. Groups are nested only after all groups exist, because a link must name an entry.
 */
export function* loadOperations(organisation: Organisation): Generator<Operation> {
  for (const entry of otherEntries(organisation)) yield { kind: 'add', ...entry };
  for (const person of organisation.people) yield createEntry(organisation, person);
  for (const group of organisation.groups) {
    const members = group.members.filter(({ to }) => to.kind !== 'group');
    yield createEntry(organisation, { ...group, members });
  }
  for (const group of organisation.groups) yield* nesting(organisation, group);
}

function nesting(organisation: Organisation, group: Group): Operation[] {
  const added = group.members.filter(({ to }) => to.kind === 'group');
  if (memberValues(organisation, group, added).length === 0) return [];
  return [changeMembers(organisation, { ...group, members: [] }, { added })];
}
