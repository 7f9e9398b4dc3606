/** One group whose members a plan judges. */
import type { KnownReference } from '../../../src/model/doubt.ts';
import type { Plan, PlanContext } from '../../../src/model/plan.ts';
import type {
  DirectoryGroup,
  DirectoryUser,
  Members,
  Snapshot,
  UnresolvedReference,
} from '../../../src/model/snapshot.ts';
import { planSync } from '../../../src/plan/plan-sync.ts';
import { current as state } from '../../support/given/current.ts';
import {
  complete,
  directory,
  directoryGroup,
  known,
  link,
  managedGroup,
  person,
  snapshot,
  uuid,
} from '../../support/given/values.ts';

type Complete = Extract<Members, { readonly kind: 'complete' }>;

export const ABSENT_BEFORE: KnownReference = {
  absent: true,
  ageMs: 900_000,
  repeated: false,
  groups: { [uuid(100)]: true },
};

/** Persons 1, 2, 3 are linked members of `devs` (AccessGroup 10), which is directory group 100. */
export const GROUP = managedGroup(10, 'devs', [1, 2, 3]);
export const LINKED = state({
  managed: [GROUP],
  groups: [known(100, 'devs', 10)],
  links: [link(1), link(2), link(3)],
});

export function reference(key: string, more: Partial<UnresolvedReference> = {}): UnresolvedReference {
  return {
    key,
    value: key.slice(key.indexOf(':') + 1),
    reason: 'dangling_dn',
    absent: true,
    candidates: [],
    ...more,
  };
}

export function members(
  users: readonly number[],
  references: readonly number[] = [],
  fromEntries = false,
): Complete {
  return { ...complete(...users), references: Int32Array.from(references), fromEntries };
}

export interface Scene {
  readonly users: readonly DirectoryUser[];
  readonly devs: Complete;
  readonly references?: readonly UnresolvedReference[];
  readonly others?: readonly DirectoryGroup[];
  readonly more?: Partial<Snapshot>;
  readonly current?: Partial<typeof LINKED>;
  readonly settings?: Parameters<typeof directory>[0];
  readonly circumstances?: PlanContext;
}

export function plan({
  users,
  devs,
  references = [],
  others = [],
  more,
  current,
  settings,
  ...given
}: Scene): Plan {
  const read = snapshot(users, [directoryGroup(100, 'devs', devs), ...others], { references, ...more });
  return planSync(read, { ...LINKED, ...current }, directory(settings), given.circumstances);
}

export function outcome(planned: Plan) {
  const update = planned.changes.find(change => change.accessGroupId === 10 && change.kind !== 'doubt');
  return {
    removed: [...(update?.remove ?? [])],
    doubts: planned.doubts.map(({ userId, kind }) => `${userId} ${kind}`),
    facts: update?.facts ?? {},
  };
}

export const moved = (n: number, dn: string) => person(n, { dn });
export const dnKeyOf = (n: number) => `dn:uid=user${n},ou=people,dc=test`;
