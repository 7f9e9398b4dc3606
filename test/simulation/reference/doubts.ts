/**
 * Which members a fact removes and which stay in doubt, in a directory whose groups name people by DN only. Written
 * from the rules (docs/decisions, situations G01 to G18), without code of the product.
 */
import { UNITS } from '../world/scenario.ts';
import { isBelow, type Person, type View } from '../world/world.ts';
import type { State } from './reference.ts';

/** Of values that matched nothing, and identities that were not found, in the last complete read. */
interface Broken {
  readonly absent: boolean;
  /** The one before showed the same. */
  readonly repeated: boolean;
}

/** The data that reads store for later ones. */
export interface Known {
  readonly broken: ReadonlyMap<string, Broken>;
  /** By `group username`, the basis of the doubt. */
  readonly doubts: ReadonlyMap<string, readonly string[]>;
  /** By identity, the DN at which the person was last read. */
  readonly places: ReadonlyMap<string, string>;
}

export const NOTHING_KNOWN: Known = { broken: new Map(), doubts: new Map(), places: new Map() };

const PEOPLE = 'ou=people,dc=test';

/** The contents of the values of a group and of its nested groups. */
export interface Values {
  readonly people: readonly (readonly [string, Person])[];
  /** Values that match nothing, in lower case, and whether the server confirms the absence; others are not checked. */
  readonly broken: ReadonlyMap<string, { readonly absent: boolean }>;
}

/** Follows the values of a group. */
export function valuesOf(view: View, dn: string): Values {
  const seen = new Set([dn]);
  const people: [string, Person][] = [];
  const broken = new Map<string, { absent: boolean }>();
  for (const at of seen) {
    const group = isBelow(at, UNITS[0]) ? view.groups.get(at) : undefined;
    const person = isBelow(at, PEOPLE) ? view.people.get(at) : undefined;
    if (person !== undefined) people.push([at, person]);
    else if (group !== undefined) for (const member of group.members) seen.add(member);
    else {
      const isOutside = !isBelow(at, UNITS[0]) && !isBelow(at, PEOPLE);
      broken.set(`dn:${at.toLowerCase()}`, { absent: !isOutside });
    }
  }
  return { people, broken };
}

interface Judging {
  readonly before: State;
  readonly view: View;
  /** Identities for which the links were loaded. */
  readonly loaded: ReadonlySet<string>;
  /** The only group that is read. */
  readonly only: string | undefined;
}

interface Evidence {
  readonly key: string;
  readonly proof: 'absence' | 'reads' | 'none';
}

export interface Verdict {
  /** Members who stay, with the basis of the doubt. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** Absences that cause doubts, and absences that cause removals. */
  readonly absences: readonly string[];
  readonly proofs: readonly string[];
}

/** Judges the members of a group whom no value names. */
export function judgeMembers(
  group: string,
  values: Values,
  leaving: ReadonlySet<string>,
  judging: Judging,
): Verdict {
  const kept = new Map<string, readonly string[]>();
  const absences: string[] = [];
  const proofs: string[] = [];
  for (const username of leaving) {
    const evidence = evidenceOf(group, username, values, judging);
    const left = evidence.filter(each => !isProved(each, judging));
    const keys = evidence.filter(({ proof }) => proof === 'absence').map(({ key }) => key);
    (left.length > 0 ? absences : proofs).push(...keys);
    if (left.length > 0) kept.set(username, left.map(({ key }) => key).sort());
  }
  return { kept, absences, proofs };
}

function isProved({ key, proof }: Evidence, { before, only }: Judging): boolean {
  const broken = before.reads.broken.get(key);
  if (proof === 'none' || broken === undefined || (proof === 'absence' && !broken.absent)) return false;
  return only === undefined || broken.repeated;
}

function evidenceOf(group: string, username: string, values: Values, judging: Judging): Evidence[] {
  const { before, view } = judging;
  const id = [...before.links].find(([, name]) => name === username)?.[0];
  if (id === undefined) return [];
  const here = [...view.people].find(([, person]) => person.id === id);
  if (here !== undefined && (here[1].disabled || !isBelow(here[0], PEOPLE))) return [];
  const place = before.reads.places.get(id) ?? '';
  const earlier = before.reads.doubts.get(`${group} ${username}`) ?? [];
  const found: Evidence[] = values.people.flatMap(([dn, person]) =>
    person.id === '' && !person.disabled && (person.uid === username || dn === place)
      ? [{ key: `entry:dn:${dn.toLowerCase()}`, proof: 'none' }]
      : [],
  );
  const ownKey = `dn:${place.toLowerCase()}`;
  const own = values.broken.get(ownKey);
  if (own !== undefined) found.push({ key: ownKey, proof: own.absent ? 'absence' : 'none' });
  if (here === undefined) found.push(...missing({ id, username, place }, values, judging));
  for (const [key, { absent }] of values.broken) {
    const isFresh = !before.reads.broken.has(key) && isFree(key, id, judging);
    if (isFresh || earlier.includes(key)) found.push({ key, proof: absent ? 'absence' : 'reads' });
  }
  return [...new Map(found.map(each => [each.key, each])).values()];
}

interface Missed {
  readonly id: string;
  readonly username: string;
  readonly place: string;
}

/** Another entry has the DN or the name of one that is not found. */
function missing({ id, username, place }: Missed, { people }: Values, { view }: Judging): Evidence[] {
  const isTaken = people.some(
    ([dn, person]) => person.id !== '' && (dn === place || person.uid === username),
  );
  if (!isTaken) return [];
  return view.people.get(place)?.id === ''
    ? [{ key: `entry:dn:${place.toLowerCase()}`, proof: 'none' }]
    : [{ key: `id:${id}`, proof: 'absence' }];
}

/** Whether it is not at the former DN of another absent entry. */
function isFree(key: string, id: string, { before, view, loaded }: Judging): boolean {
  return ![...before.reads.places].some(
    ([other, dn]) =>
      other !== id &&
      loaded.has(other) &&
      `dn:${dn.toLowerCase()}` === key &&
      view.people.get(dn)?.id !== other,
  );
}

interface Learned {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** All values of mapped groups. */
  readonly values: readonly Values[];
  /** Groups that were retired. */
  readonly retired: ReadonlySet<string>;
  readonly waits: boolean;
  readonly places: ReadonlyMap<string, string>;
  readonly whole: boolean;
}

/** The data that a read stores. */
export function rememberRead({ broken, doubts }: Known, learned: Learned): Known {
  const { verdicts, values, retired, waits, places, whole } = learned;
  const left = new Map(doubts);
  for (const key of doubts.keys()) {
    const [group = ''] = key.split(' ');
    if (verdicts.has(group) || retired.has(group)) left.delete(key);
  }
  for (const [group, { kept }] of verdicts)
    for (const [username, keys] of kept) left.set(`${group} ${username}`, keys);
  if (!whole) return { broken: uncontradicted({ broken, doubts }, learned), doubts: left, places };
  const now = new Map<string, boolean>();
  for (const { absences } of verdicts.values()) for (const key of absences) now.set(key, true);
  for (const value of values) for (const [key, { absent }] of value.broken) now.set(key, absent);
  const after = new Map<string, Broken>();
  for (const [key, absent] of now) after.set(key, { absent, repeated: broken.get(key)?.absent === absent });
  const proofs = [...verdicts.values()].flatMap(verdict => verdict.proofs);
  for (const key of waits ? proofs : []) {
    const known = broken.get(key);
    if (known !== undefined && !after.has(key)) after.set(key, { ...known, repeated: true });
  }
  return { broken: after, doubts: left, places };
}

/** Values that a read of one group contradicts are deleted. */
function uncontradicted(
  { broken, doubts }: Pick<Known, 'broken' | 'doubts'>,
  learned: Learned,
): Known['broken'] {
  const { verdicts, values } = learned;
  const now = new Map(values.flatMap(each => [...each.broken]));
  const lasting = [...verdicts.values()].flatMap(({ kept, proofs }) => [
    ...[...kept.values()].flat(),
    ...proofs,
  ]);
  const over = [...doubts].flatMap(([key, keys]) => (verdicts.has(key.split(' ')[0] ?? '') ? keys : []));
  const seen = values.flatMap(each =>
    each.people.flatMap(([dn, { id }]) => [`dn:${dn.toLowerCase()}`, `id:${id}`]),
  );
  const gone = new Set([...over.filter(key => !lasting.includes(key)), ...seen].filter(key => !now.has(key)));
  return new Map(
    [...broken].filter(([key, { absent }]) => !gone.has(key) && !(absent && now.get(key)?.absent === false)),
  );
}

/** Nothing was learned, but the read was complete. */
export function readAgain(known: Known): Known {
  const broken = [...known.broken].map(([key, each]) => [key, { ...each, repeated: true }] as const);
  return { ...known, broken: new Map(broken) };
}
