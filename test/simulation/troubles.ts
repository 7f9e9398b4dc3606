/** Failures during the read of a directory, as faults of its server. */
import { answerCode, cutAfterEntries, hideEntries, meanwhile } from '../../dev/fake-ldap/faults/answers.ts';
import { emptyPageWithCookie, sizeLimitAfter } from '../../dev/fake-ldap/faults/paging.ts';
import { type Fault, onSearch, searchFault } from '../../dev/fake-ldap/server/fault.ts';
import type { State } from './reference/reference.ts';
import type { ReadTrouble, Trouble } from './world/scenario.ts';
import type { View, World } from './world/world.ts';

/** The state that the server shows, and the fault that causes it. */
export interface Shown {
  readonly view: View;
  readonly fault: Fault | undefined;
}

/** The effect of a fault on a read. An identity is hidden only for linked people. */
export function shownIn(view: View, trouble: Trouble, { links }: State, world: World): Shown {
  if (trouble.is === 'read')
    return { view, fault: onSearch({ nth: trouble.nth }, READ_FAULTS[trouble.how]()) };
  if (trouble.is === 'moves') {
    const move = meanwhile(() => world.change(trouble.step));
    return { view, fault: onSearch({ nth: trouble.nth }, move) };
  }
  if (trouble.is !== 'hidden') return { view, fault: undefined };
  const people = new Map(view.people);
  const groups = new Map(view.groups);
  const from = trouble.what === 'group' ? groups : people;
  const dn = [...from.keys()][trouble.at % Math.max(1, from.size)] ?? '';
  if (trouble.what !== 'identity') {
    from.delete(dn);
    return { view: { people, groups }, fault: hideEntries(entry => entry.dn === dn) };
  }
  const person = people.get(dn);
  if (person === undefined || !links.has(person.id)) return { view, fault: undefined };
  people.set(dn, { ...person, id: '' });
  return { view: { people, groups }, fault: withoutIdentity(dn) };
}

function withoutIdentity(dn: string): Fault {
  return searchFault((search, answer) =>
    answer(search).map(part => {
      if (part.kind !== 'entry' || part.dn !== dn) return part;
      return {
        ...part,
        attributes: part.attributes.filter(({ name }) => name.toLowerCase() !== 'entryuuid'),
      };
    }),
  );
}

const READ_FAULTS: Readonly<Record<ReadTrouble, () => Fault>> = {
  busy: () => answerCode(51),
  refused: () => answerCode(50),
  cut: () => cutAfterEntries(0, 'rst'),
  cutInside: () => cutAfterEntries(1, 'fin'),
  limited: () => sizeLimitAfter(1),
  emptyPage: () => emptyPageWithCookie({ afterPage: 1 }),
};
