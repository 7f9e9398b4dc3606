/** Adds groups whose members are the results of queries (memberURL). */
import { type Organisation, placeAt, type Query } from '../model/model.ts';
import { addGroup, member } from './group.ts';

/**
 * Adds groups with queries: with every scope, several in one, in an OU that needs escaping, nested, and without
 * results.
 */
export function addDynamicGroups(organisation: Organisation): void {
  const query = (path: string, scope: Query['scope'], givenName: string): Query => ({
    place: placeAt(organisation, path),
    scope,
    givenName,
  });
  const add = (cn: string, queries: readonly Query[]) =>
    addGroup(organisation, { cn, path: 'Groups/Odd', shape: 'groupOfURLs', members: [], queries });
  const anywhere = add('dynamic: anywhere', [query('People', 'sub', 'Anna')]);
  add('dynamic: one level', [query('People/Berlin', 'one', 'Ben')]);
  add('dynamic: not below', [query('People', 'one', 'Anna')]);
  add('dynamic: several', [query('People/Paris', 'sub', 'Carla'), query('People/Berlin', 'sub', 'David')]);
  const lab = 'People/Lab, East + West';
  add('dynamic: escaped', [query(lab, 'sub', someGivenName(organisation, lab))]);
  add('dynamic: outsiders', [query('Contractors', 'sub', 'q.outside')]);
  add('dynamic: nobody', [query('People', 'sub', 'Nobody')]);
  addGroup(organisation, { cn: 'holds a dynamic group', path: 'Groups/Odd', members: [member(anywhere)] });
}

/** The name of a possible member, without characters that need escaping in a filter. */
function someGivenName(organisation: Organisation, path: string): string {
  const place = placeAt(organisation, path);
  const someone = organisation.people.find(
    person =>
      person.place === place &&
      !person.disabled &&
      person.local !== undefined &&
      /^[A-Z]+$/i.test(person.givenName),
  );
  return someone?.givenName ?? 'Nobody';
}
