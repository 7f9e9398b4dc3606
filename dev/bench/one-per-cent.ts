/** The 1 % change: in many groups, a few members are removed and as many are added. */
import { Client } from 'ldapts';
import { member } from '../organisation/generate/group.ts';
import type { Member, Organisation, Person } from '../organisation/model/model.ts';
import { applyStep } from '../organisation/write/apply.ts';
import { changeMembers, type Operation } from '../organisation/write/operations.ts';
import type { Slapd } from '../servers/slapd.ts';

/** Makes about `count` memberships different; no group loses more than ten. Resolves with the number. */
export async function changeOnePercent(
  organisation: Organisation,
  slapd: Slapd,
  count: number,
): Promise<number> {
  const operations: Operation[] = [];
  let changed = 0;
  for (const group of organisation.groups) {
    if (changed >= count) break;
    const people = group.members.filter(isPerson);
    if (group.shape !== 'groupOfNames' || group.private || people.length < 30) continue;
    const gone = people.slice(0, 10);
    const inside = new Set(group.members.map(({ to }) => to));
    const added = organisation.people.filter(person => isUsable(person) && !inside.has(person)).slice(0, 10);
    operations.push(changeMembers(organisation, group, { gone, added: added.map(person => member(person)) }));
    changed += gone.length + added.length;
  }
  const client = new Client({ url: slapd.url });
  await client.bind(slapd.adminDn, slapd.adminPassword);
  await applyStep(client, { title: 'one per cent', operations });
  await client.unbind();
  return changed;
}

function isPerson({ to }: Member): boolean {
  return to.kind === 'person';
}

function isUsable(person: Person): boolean {
  return person.local !== undefined && !person.disabled;
}
