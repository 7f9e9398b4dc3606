/** Moves people during a read, for every directory server. */
import { expect } from 'vitest';
import { asAdmin } from '../../dev/servers/directory.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import type { LivedInCompany } from '../support/given/lived-in-company.ts';

/**
 * Moves a person to the DN of a colleague and back, before one query after the other of a whole read, on a server that
 * rewrites the values of its groups or leaves them unchanged. At the end everything is as before.
 */
export async function moveDuringReads({ directory, server }: LivedInCompany): Promise<void> {
  const settings = { ...directory, pageSize: 25, queriesPerSecond: 1 };
  const before = await readDirectory({ ...settings, queriesPerSecond: 0 });
  const place = (dn: string) => dn.slice(dn.search(/(?<!\\),/) + 1);
  const group = before.groups.find(
    ({ members, externalId }) =>
      externalId !== undefined && members.kind === 'complete' && members.users.length > 1,
  );
  const members = group?.members.kind === 'complete' ? [...group.members.users] : [];
  const [person] = members.flatMap(index => before.users[index] ?? []);
  const colleague = before.users.find(({ dn }) => person && place(dn) !== place(person.dn));
  if (group === undefined || person === undefined || colleague === undefined)
    throw new Error('no person can move');
  const home = person.dn;
  const away = `${home.slice(0, home.length - place(home).length)}${place(colleague.dn)}`;
  let [from, to] = [home, away];
  let moved = true;
  for (let at = 1; moved || from !== home; at += 3) {
    moved = false;
    let waits = 0;
    const pause = async () => {
      waits += 1;
      if (waits !== at) return;
      moved = true;
      await asAdmin(server, client => client.modifyDN(from, to));
    };
    const snapshot = await readDirectory(settings, { pause });
    const hers = snapshot.users.filter(({ username }) => username === person.username);
    expect(hers.map(({ idIssue }) => idIssue)).toEqual(hers.map(() => undefined));
    const found = snapshot.groups.find(({ externalId }) => externalId === group.externalId);
    if (found?.members.kind !== 'complete') throw new Error('the group is not complete');
    const has = [...found.members.users].some(
      index => snapshot.users[index]?.externalId === person.externalId,
    );
    const named = [...found.members.references].flatMap(
      index => snapshot.references[index]?.value.toLowerCase() ?? [],
    );
    expect(
      has || named.includes(home.toLowerCase()) || named.includes(away.toLowerCase()),
      `query ${at}`,
    ).toBe(true);
    if (moved) [from, to] = [to, from];
    // After the last query there is no query left for the move back.
    else if (from !== home)
      await asAdmin(server, client => client.modifyDN(from, home)).then(() => (from = home));
  }
}
