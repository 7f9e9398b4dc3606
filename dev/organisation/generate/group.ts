/** Builds one group and its member values. */
import { customsOf, fittingCn } from '../model/dialect.ts';
import { type Spelling, writeDn } from '../model/dn.ts';
import {
  type Group,
  type Member,
  type Organisation,
  type Person,
  placeAt,
  placeDn,
  type Query,
  type Shape,
} from '../model/model.ts';
import { uuidFrom } from './random.ts';

export interface NewGroup {
  readonly cn: string;
  readonly path: string;
  readonly members: readonly Member[];
  /** Default: groupOfNames. */
  readonly shape?: Shape;
  readonly aliases?: readonly string[];
  readonly rdn?: 'cn' | 'ou';
  readonly private?: boolean;
  readonly queries?: readonly Query[];
}

/** A member value for that person or group. */
export function member(to: Person | Group, spelling: Spelling = 'plain'): Member {
  return { to, spelling };
}

/** A member value without a person: that of another kind of entry if it is `present`, otherwise of none. */
export function stranger(text: string, { present = false } = {}): Member {
  return { to: { kind: 'stranger', text, present }, spelling: 'plain' };
}

/** A member value for a deleted person. */
export function leftover(organisation: Organisation, name: string): Member {
  const people = placeDn(organisation, placeAt(organisation, 'People/Berlin'));
  return stranger(writeDn([[{ type: 'uid', value: name }], ...people]));
}

/** The placeholder in groups that must have a member and have none. */
export function placeholder(organisation: Organisation): Member {
  return stranger(writeDn([[{ type: 'cn', value: 'nobody' }], ...placeDn(organisation)]));
}

/** Adds a group to the organisation; its identity is derived from `number`. */
export function addGroup(
  organisation: Organisation,
  added: NewGroup,
  number = organisation.groups.length,
): Group {
  const windows = organisation.dialect === 'activedirectory';
  const group: Group = {
    kind: 'group',
    id: uuidFrom(`${organisation.seed}/${organisation.size}/group/${number}`),
    number,
    place: placeAt(organisation, added.path),
    rdn: windows ? 'cn' : (added.rdn ?? 'cn'),
    cn: fittingCn(added.cn, number, customsOf(organisation)),
    aliases: windows ? [] : (added.aliases ?? []),
    shape: added.shape ?? 'groupOfNames',
    description: 'One of the groups',
    private: added.private ?? false,
    members: [...added.members],
    queries: added.queries ?? [],
  };
  organisation.groups.push(group);
  return group;
}
