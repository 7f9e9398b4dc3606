/** Changes a group while it is watched, for every directory server. */
import { Attribute, Change } from 'ldapts';
import { expect } from 'vitest';
import { asAdmin } from '../../dev/servers/directory.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { openWatch } from '../../src/directory/watch/open-watch.ts';
import type { Mechanism } from '../../src/model/watch.ts';
import type { LivedInCompany } from '../support/given/lived-in-company.ts';
import { followWatch } from '../support/observe/watch.ts';

/**
 * A group loses and gets a member and is renamed twice: each change is reported. At the end everything is as before.
 */
export async function watchGroup({ directory, server }: LivedInCompany, mechanism: Mechanism): Promise<void> {
  const settings = { ...directory, live: mechanism === 'polling' ? 'poll' : 'auto' } as const;
  const { id, dn, member } = await directMember({ directory, server });
  using watch = await openWatch(settings, { signal: new AbortController().signal, pollMs: 30 });
  if (watch === undefined) throw new Error('there is no watch');
  expect([watch.mechanism, watch.because]).toEqual([mechanism, undefined]);
  const followed = followWatch(watch);
  const change = (operation: 'add' | 'delete') =>
    asAdmin(server, client =>
      client.modify(
        dn,
        new Change({ operation, modification: new Attribute({ type: 'member', values: [member] }) }),
      ),
    );
  expect(await followed.during(() => change('delete'))).toContainEqual({ id, dn });
  expect(await followed.during(() => change('add'))).toContainEqual({ id, dn });
  const renamed = dn.replace(/=[^,]*/, '=renamed');
  const rename = (from: string, to: string) => asAdmin(server, client => client.modifyDN(from, to));
  expect(await followed.during(() => rename(dn, renamed))).toContainEqual({ id, dn: renamed, oldDn: dn });
  expect(await followed.during(() => rename(renamed, dn))).toContainEqual({ id, dn, oldDn: renamed });
}

/** A group that was read whole, and a person who is one of at least three values of its `member`. */
async function directMember({ directory, server }: Pick<LivedInCompany, 'directory' | 'server'>) {
  const { groups, users } = await readDirectory(directory);
  const people = new Set(users.map(({ dn }) => dn));
  const { searchEntries } = await asAdmin(server, client =>
    client.search(directory.groups.baseDn, { filter: '(member=*)', attributes: ['member'] }),
  );
  const idOf = new Map(groups.map(each => [each.dn, each.members.kind === 'complete' && each.externalId]));
  for (const { dn, member } of searchEntries) {
    const named = [member ?? []]
      .flat()
      .map(String)
      .filter(value => people.has(value));
    const id = idOf.get(dn);
    const [first] = named;
    if (id && first !== undefined && named.length > 2) return { id, dn, member: first };
  }
  throw new Error('no group has three people as values of member');
}
