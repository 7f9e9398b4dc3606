/** The search over everything that the console shows. Types only. */
import type { RunStatus } from '../run-status.ts';

export interface FoundPerson {
  readonly kind: 'person';
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  readonly isActive: boolean;
}

/** `dn`: a directory group behind it. */
export interface FoundGroup {
  readonly kind: 'group';
  readonly id: number;
  readonly team: string;
  readonly name: string;
  readonly directory: string | null;
  readonly dn: string | null;
}

/**
 * A directory group in conflict, or a member value that leads to no local user. Then `groupId` and `group` are an
 * AccessGroup that the value would belong to.
 */
export interface FoundEntry {
  readonly kind: 'entry';
  readonly directory: string;
  readonly dn: string;
  readonly reason: string | null;
  readonly groupId: number | null;
  readonly group: string | null;
}

export interface FoundTeam {
  readonly kind: 'team';
  readonly slug: string;
  readonly name: string;
}

export interface FoundProject {
  readonly kind: 'project';
  readonly team: string;
  readonly slug: string;
  readonly name: string;
}

export interface FoundRun {
  readonly kind: 'run';
  readonly id: number;
  readonly directory: string;
  readonly status: RunStatus;
}

export type Found = FoundPerson | FoundGroup | FoundEntry | FoundTeam | FoundProject | FoundRun;

export interface SearchResults {
  /** By kind, and in each kind the best match first. */
  readonly items: readonly Found[];
  /** Kinds with more results than `items` has, because they exceed the limit or the search for them took too long. */
  readonly incomplete: readonly Found['kind'][];
}
