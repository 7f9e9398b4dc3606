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
  /** Left out: groupOfNames. */
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

/** A member value that means nobody: an entry of some other kind where it is `present`, else nothing at all. */
export function stranger(text: string, { present = false } = {}): Member {
  return { to: { kind: 'stranger', text, present }, spelling: 'plain' };
}

/** A member value for a person who is not there any more. */
export function leftover(organisation: Organisation, name: string): Member {
  const people = placeDn(organisation, placeAt(organisation, 'People/Berlin'));
  return stranger(writeDn([[{ type: 'uid', value: name }], ...people]));
}

/** The value that stands in groups that must have a member and have none. */
export function placeholder(organisation: Organisation): Member {
  return stranger(writeDn([[{ type: 'cn', value: 'nobody' }], ...placeDn(organisation)]));
}

/** Adds a group to the organisation; `number` tells it apart, and its identity follows from it. */
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
