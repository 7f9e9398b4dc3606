/** Generates the people of an organisation, unusual names included. */
import { customsOf, fittingCn } from '../model/dialect.ts';
import { type Organisation, type Person, placeAt } from '../model/model.ts';
import { ODD_PEOPLE, type OddPerson } from './odd-people.ts';
import { SITES } from './places.ts';
import { type Random, randomFrom, uuidFrom } from './random.ts';
import { GIVEN_NAMES, SURNAMES } from './words.ts';

const PLAIN_LETTERS: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss' };

/** The mail domain of an organisation, derived from its suffix. */
function mailDomain(organisation: Organisation): string {
  return organisation.domain.join('.');
}

/** "Łukasz", "Ångström" → "langstrom"; a name without a Latin letter gives "user". */
function usernameStem(givenName: string, surname: string): string {
  const [first, last] = [givenName, surname].map(name =>
    name
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[łøđıß]/g, letter => PLAIN_LETTERS[letter] ?? letter)
      .replace(/[^a-z]/g, ''),
  );
  return `${first?.slice(0, 1) ?? ''}${last ?? ''}`.slice(0, 12) || 'user';
}

/** Returns a username that is new in every letter case. */
function usernameRegister(people: readonly Person[]): (stem: string) => string {
  const taken = new Set(people.flatMap(person => person.usernames.map(name => name.toLowerCase())));
  const counts = new Map<string, number>();
  return stem => {
    let count = counts.get(stem) ?? 0;
    while (taken.has(count === 0 ? stem : `${stem}${count}`)) count += 1;
    counts.set(stem, count + 1);
    const name = count === 0 ? stem : `${stem}${count}`;
    taken.add(name);
    return name;
  };
}

/** Most people have a local user with the same name, one of fifty in upper case, one of a hundred none. */
function localUsername(random: Random, username: string): string | undefined {
  const draw = random.below(100);
  if (draw === 0) return undefined;
  return draw < 3 ? username.toUpperCase() : username;
}

/** The person in the form of the directory: Active Directory names entries by cn only and allows one username. */
export function fitPerson(organisation: Organisation, person: Person): Person {
  if (organisation.dialect !== 'activedirectory') return person;
  const cn = fittingCn(person.cn, person.number, customsOf(organisation));
  return { ...person, rdn: 'cn', cn, usernames: person.usernames.slice(0, 1) };
}

function oddPerson(organisation: Organisation, odd: OddPerson, number: number): Person {
  const usernames = odd.usernames ?? [odd.name];
  return fitPerson(organisation, {
    kind: 'person',
    id: uuidFrom(`${organisation.seed}/${organisation.size}/person/${number}`),
    number,
    place: placeAt(organisation, odd.path ?? 'People/Odd'),
    rdn: odd.rdn ?? 'cn',
    cn: odd.cn,
    surname: odd.cn,
    givenName: odd.name,
    usernames,
    mails: (odd.mailboxes ?? [`odd${number}`]).map(box => `${box}@${mailDomain(organisation)}`),
    title: 'Staff',
    disabled: odd.disabled ?? false,
    local: odd.local === null ? undefined : (odd.local ?? usernames[0]),
  });
}

function regularPeople(organisation: Organisation, from: number, count: number): Person[] {
  const random = randomFrom(`${organisation.seed}/${organisation.size}/people`);
  const username = usernameRegister(organisation.people);
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const [givenName, surname] = [random.pick(GIVEN_NAMES), random.pick(SURNAMES)];
    const site = random.weighted(SITES.map(place => [place, place.weight]));
    const name = username(usernameStem(givenName, surname));
    // If cn names the entry it must be unique; elsewhere people share names.
    const alone = site.rdn === 'cn' || organisation.dialect === 'activedirectory';
    return fitPerson(organisation, {
      kind: 'person',
      id: uuidFrom(`${organisation.seed}/${organisation.size}/person/${number}`),
      number,
      place: placeAt(organisation, site.path),
      rdn: site.rdn,
      cn: alone ? `${givenName} ${surname} (${name})` : `${givenName} ${surname}`,
      surname,
      givenName,
      usernames: [name],
      mails: [`${name}@${mailDomain(organisation)}`],
      title: 'Staff',
      disabled: random.chance(0.05),
      local: localUsername(random, name),
    });
  });
}

/** Fills the organisation with `count` people, the odd ones first. */
export function addPeople(organisation: Organisation, count: number): void {
  organisation.people.push(...ODD_PEOPLE.map((odd, number) => oddPerson(organisation, odd, number)));
  for (const person of regularPeople(organisation, ODD_PEOPLE.length, count - ODD_PEOPLE.length))
    organisation.people.push(person);
}

/** The odd person with that name in the table of odd people. */
export function oddPersonNamed(organisation: Organisation, name: string): Person {
  const person = organisation.people[ODD_PEOPLE.findIndex(odd => odd.name === name)];
  if (person === undefined) throw new Error(`there is no odd person "${name}"`);
  return person;
}
