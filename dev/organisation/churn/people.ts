/** The changes of the churn that concern people: moves, renames, absences and new people. */
import { member } from '../generate/group.ts';
import { fitPerson } from '../generate/people.ts';
import { uuidFrom } from '../generate/random.ts';
import { customsOf } from '../model/dialect.ts';
import { lockAttributes } from '../model/entries.ts';
import { type Organisation, type Person, placeAt } from '../model/model.ts';
import { NEWCOMERS } from '../truth/local.ts';
import {
  changeMembers,
  changeUsername,
  createEntry,
  deleteEntry,
  type Operation,
  relocate,
  replaceValues,
} from '../write/operations.ts';
import { type Event, nextNumber, SOME, takeGroup, takePerson, type World } from './world.ts';

function move(world: World, person: Person, path: string): Operation[] {
  return relocate(world.organisation, person, () => {
    person.place = placeAt(world.organisation, path);
  });
}

/** People and their OU move inside the users' base; no membership changes (F36). */
export function* moves(world: World): Generator<Event> {
  const { organisation } = world;
  const mover = takePerson(world);
  yield { title: 'a person moves to another OU (F36)', operations: move(world, mover, 'People/Odd') };
  const lab = placeAt(organisation, 'People/Lab, East + West');
  yield {
    title: 'an OU with people is renamed (F36)',
    operations: relocate(organisation, lab, () => {
      lab.name = 'Labor "Süd"; neu';
    }),
  };
}

/** People get other names; one gets the former name of another. */
export function* renames(world: World): Generator<Event> {
  const { organisation } = world;
  const rename = (person: Person, cn: string) =>
    relocate(organisation, person, () => {
      person.cn = cn;
    });
  const named = (rdn: Person['rdn']) => takePerson(world, { rdn });
  yield { title: 'a person gets another name', operations: rename(named('cn'), 'Ødegård, "Zoë" #1') };

  const login = named('uid');
  const another = changeUsername(organisation, login, `renamed.${login.number}`);
  yield { title: 'a person gets another username (C6)', operations: another };

  const one = named('cn');
  const other = takePerson(world, { rdn: 'cn', place: one.place });
  const [oneName, otherName] = [one.cn, other.cn];
  const operations = [
    ...rename(one, 'between two people'),
    ...rename(other, oneName),
    ...rename(one, otherName),
  ];
  yield { title: 'two people swap their DNs', operations };
}

/** Attributes change that have no effect. */
export function* attributes(world: World): Generator<Event> {
  const { organisation } = world;
  const [person, group] = [takePerson(world), takeGroup(world, { size: SOME })];
  person.mails = ['changed@example.test'];
  person.title = 'Chief of Something';
  group.description = 'Grüße an alle';
  yield {
    title: 'attributes change that decide nothing',
    operations: [
      replaceValues(organisation, person, { mail: person.mails, title: [person.title] }),
      replaceValues(organisation, group, { description: [group.description] }),
    ],
  };
}

/** People are disabled, leave the users' base, and come back. */
export function* absences(world: World): Generator<Event> {
  const { organisation } = world;
  const person = takePerson(world);
  const setDisabled = (disabled: boolean) => {
    person.disabled = disabled;
    return replaceValues(organisation, person, lockAttributes(organisation, person));
  };
  yield { title: 'a person is disabled (C8)', operations: [setDisabled(true)] };
  yield { title: 'a person is enabled again (C8)', operations: [setDisabled(false)] };
  const outgoing = takePerson(world, { rdn: 'uid' });
  const site = outgoing.place;
  yield { title: "a person leaves the users' base", operations: move(world, outgoing, 'Contractors') };
  const back = relocate(organisation, outgoing, () => {
    outgoing.place = site;
  });
  yield { title: 'that person comes back', operations: back };
}

function newPerson(organisation: Organisation, username: string, local: string | undefined): Person {
  const number = nextNumber(organisation.people);
  return fitPerson(organisation, {
    kind: 'person',
    id: uuidFrom(`${organisation.seed}/${organisation.size}/person/${number}`),
    number,
    place: placeAt(organisation, 'People/Berlin'),
    rdn: 'uid',
    cn: `New Person ${number}`,
    surname: 'Person',
    givenName: 'New',
    usernames: [username],
    mails: [],
    title: 'Staff',
    disabled: false,
    local,
  });
}

/** People are created: some with a local user, one without. */
export function* arrivals(world: World): Generator<Event> {
  const { organisation } = world;
  const posix = takeGroup(world, { size: SOME, shape: 'posixGroup' });
  const named = takeGroup(world, { size: SOME, shape: 'groupOfNames' });
  const people = [...NEWCOMERS, undefined].map(local => {
    const person = newPerson(organisation, local?.toUpperCase() ?? 'nobody.here', local);
    organisation.people.push(person);
    world.used.add(person);
    return person;
  });
  const added = people.map(person => member(person));
  yield {
    title: 'people join the directory and two groups (C1, C4)',
    operations: [
      ...people.map(person => createEntry(organisation, person)),
      changeMembers(organisation, posix, { added }),
      changeMembers(organisation, named, { added }),
    ],
  };
}

/** People are deleted: one leaves values without an entry, another a DN and a username that a new person gets. */
export function* departures(world: World): Generator<Event> {
  const { organisation } = world;
  const { linked } = customsOf(organisation);
  const gone = takePerson(world);
  yield {
    title: `a person is deleted and the member values ${linked ? 'go, too' : 'stay'} (C27)`,
    operations: [deleteEntry(organisation, gone)],
    missed: gone,
  };
  const first = takePerson(world, { rdn: 'uid' });
  const second: Person = {
    ...newPerson(organisation, first.usernames[0] ?? '', undefined),
    place: first.place,
    cn: first.cn,
  };
  const deleted = deleteEntry(organisation, first, second);
  organisation.people.push(second);
  world.used.add(second);
  yield {
    title: 'a person is deleted and another person gets the DN and the username (C7)',
    operations: [deleted, createEntry(organisation, second)],
    missed: first,
  };
}
