/** Generates groups with unusual names, members, spellings and nesting. */
import { writeDn } from '../model/dn.ts';
import { deviceDn } from '../model/entries.ts';
import { type Group, type Member, type Organisation, type Person, placeAt, placeDn } from '../model/model.ts';
import { COMPUTER, FOREIGNER } from '../model/windows.ts';
import { addGroup, leftover, member, type NewGroup, placeholder, stranger } from './group.ts';
import { ODD_PEOPLE } from './odd-people.ts';
import { oddPersonNamed } from './people.ts';

/** Adds one of each oddity that groups have, in every size. */
export function addOddGroups(organisation: Organisation): void {
  const regular = organisation.people
    .slice(ODD_PEOPLE.length)
    .filter(person => !person.disabled && person.local !== undefined);
  const people = (from: number, count = 1) => regular.slice(from, from + count).map(person => member(person));
  const add = (cn: string, members: readonly Member[], more: Partial<NewGroup> = {}) =>
    addGroup(organisation, { cn, members, path: 'Groups/Odd', ...more });
  addNested(add, people);
  addNamed(add, people);
  addMembers(organisation, add, people);
  addSpelled(organisation, add, regular);
  addOutOfScope(organisation, add, people);
}

type Add = (cn: string, members: readonly Member[], more?: Partial<NewGroup>) => Group;
type People = (from: number, count?: number) => Member[];

/** Cycles of one, two and three groups, a chain of six, and a diamond. */
function addNested(add: Add, people: People): void {
  const self = add('holds itself', people(0));
  self.members.push(member(self));
  const two = [add('ring of two, a', people(1)), add('ring of two, b', people(2))];
  const three = ['a', 'b', 'c'].map((name, index) => add(`ring of three, ${name}`, people(3 + index)));
  for (const ring of [two, three]) {
    for (const [index, group] of ring.entries()) {
      for (const next of ring.slice((index + 1) % ring.length).slice(0, 1)) group.members.push(member(next));
    }
  }
  let below: Group | undefined;
  for (let depth = 5; depth >= 0; depth -= 1) {
    below = add(`chain ${depth}`, [...people(6 + depth), ...(below ? [member(below)] : [])]);
  }
  const bottom = member(add('diamond bottom', people(12, 2)));
  const sides = [add('diamond left', [bottom, ...people(13)]), add('diamond right', [bottom])];
  add(
    'diamond top',
    sides.map(side => member(side)),
  );
}

/** Names that need escaping, shortening or normalising, or that two groups of one team request. */
function addNamed(add: Add, people: People): void {
  add('R&D, "core" + <x>;=\\#1', people(14));
  add('#ops', people(15));
  add('Größe Straße 李 🦄', people(16));
  add(' padded  name ', people(17));
  add('no\u00a0break \u3000wide', people(18));
  add('x'.repeat(200), people(19));
  add(`${'x'.repeat(70)} shares its beginning`, people(20));
  add(`${'y'.repeat(54)}👩‍👩‍👧‍👦 family at the cut`, people(21));
  add(`${'z'.repeat(54)}e\u0301 is one letter at the cut`, people(22));
  add('🦄'.repeat(64), people(23), { rdn: 'ou' });
  add('bell \u0007 inside', people(24));
  add('the name in the DN', people(25), { aliases: ['another name'] });
  add('admins', people(26), { path: 'Groups/Berlin' });
  add('admins', people(27), { path: 'Groups/Paris' });
  add('Dev', people(28), { path: 'Groups' });
  add('dev', people(29), { path: 'Groups/Elsewhere' });
  add('wanted twice', people(30), { path: 'Groups' });
  add('wanted twice', people(31), { path: 'Groups/Elsewhere' });
  add('Cafe\u0301 crew', people(32), { path: 'Groups' });
  add('Café  crew', people(33), { path: 'Groups/Elsewhere' });
  add('Handmade', people(34), { path: 'Groups/Teams' });
}

/** Members of every kind of entry, and members without an entry. */
function addMembers(organisation: Organisation, add: Add, people: People): void {
  const windows = organisation.dialect === 'activedirectory';
  const others = [
    deviceDn(organisation, 'Devices', 'printer'),
    writeDn(placeDn(organisation, placeAt(organisation, 'People/Berlin'))),
    ...(windows ? [deviceDn(organisation, 'People/Odd', COMPUTER.cn), FOREIGNER] : []),
  ];
  const everyoneOdd = ODD_PEOPLE.map(odd => member(oddPersonNamed(organisation, odd.name)));
  add('empty', [], { shape: 'groupOfMembers' });
  add('placeholder only', [placeholder(organisation)]);
  add('empty value', [stranger(''), ...people(35)]);
  add(
    'all gone',
    [1, 2, 3].map(number => leftover(organisation, `gone${number}`)),
  );
  add('odd people', everyoneOdd);
  add('odd people, unique', everyoneOdd, { shape: 'groupOfUniqueNames' });
  add('mixed kinds', [...people(36), ...others.map(text => stranger(text, { present: true }))]);
  add(
    'disabled',
    organisation.people
      .filter(person => person.disabled)
      .slice(0, 20)
      .map(person => member(person)),
  );
  add('posix', [...people(37, 2), member(oddPersonNamed(organisation, 'Q.MixedCase')), stranger('ghost')], {
    shape: 'posixGroup',
  });
  add(
    'posix, upper case',
    [
      ...people(39).map(({ to }) => ({ to, spelling: 'upper' as const })),
      ...people(40),
      stranger('cn=looks,dc=like,dc=a,dc=dn'),
    ],
    { shape: 'posixGroup' },
  );
}

/** Every spelling of a member's DN, for people and for groups. */
function addSpelled(organisation: Organisation, add: Add, regular: readonly Person[]): void {
  const odd = (name: string) => oddPersonNamed(organisation, name);
  const held = add(
    'held by spelling',
    regular.slice(41, 43).map(person => member(person)),
  );
  add('spellings', [
    member(odd('q.comma'), 'hex'),
    member(odd('q.plus'), 'oid'),
    member(odd('q.slash'), 'spaced'),
    member(odd('q.nfd'), 'composed'),
    member(odd('q.cjk'), 'hex'),
    member(odd('q.comma2'), 'pairs'),
    member(odd('q.multi'), 'reversed'),
    member(odd('q.quote'), 'quoted'),
    member(odd('q.semi'), 'semicolons'),
    member(odd('q.cyrillic'), 'upper'),
  ]);
  add('spelled groups', [member(held, 'upper')]);
  add('spelled groups, unique', [{ ...member(held, 'spaced'), uidPart: "'1'B" }], {
    shape: 'groupOfUniqueNames',
  });
}

/**
 * Groups without a mapping. The members of one below the groups' base still count for the groups that contain it;
 * others do not.
 */
function addOutOfScope(organisation: Organisation, add: Add, people: People): void {
  const unwanted = add('private', people(43), { private: true });
  const archived = add('archived', people(44), { path: 'Archive' });
  add('holds unwanted', [...people(45), member(unwanted), member(archived)]);
  add('only outsiders', [member(oddPersonNamed(organisation, 'q.outside'))]);
}
