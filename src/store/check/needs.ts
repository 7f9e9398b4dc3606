/** What Rollcall needs of each table of the application. */
import type { CoreSettings, TheirTable } from '../../model/settings.ts';
import type { CoreTableKey } from '../core/names.ts';

/** The types that a column may have, as PostgreSQL names them. */
const KINDS = {
  id: ['smallint', 'integer', 'bigint'],
  text: ['text', 'character varying', 'character', 'citext', 'name'],
  flag: ['boolean'],
  level: ['smallint', 'integer'],
  time: ['timestamp with time zone', 'timestamp without time zone', 'date'],
} as const;

export type Kind = keyof typeof KINDS;

/** One column. `required`: it must not be null. */
interface ColumnNeed {
  readonly kind: Kind;
  readonly required?: boolean;
}

export interface TableNeeds {
  readonly key: CoreTableKey;
  readonly table: TheirTable;
  readonly columns: Readonly<Record<string, ColumnNeed>>;
  /** The columns of each key. */
  readonly uniques: readonly (readonly string[])[];
  /** Foreign keys refer to the table. */
  readonly isReferredTo: boolean;
  /** Triggers record what is lost when a row is deleted. */
  readonly hasTriggers: boolean;
}

/** Whether PostgreSQL's name of a type fits the kind. */
export function isOfKind(type: string, kind: Kind): boolean {
  return KINDS[kind].some(name => name === type);
}

const ID = { kind: 'id', required: true } as const;
const NAME = { kind: 'text', required: true } as const;
const TEXT = { kind: 'text' } as const;
const FLAG = { kind: 'flag' } as const;

/** What is needed of each configured table. */
export function needsOf({ users, teams, teamMembers, projects }: CoreSettings): readonly TableNeeds[] {
  const needs: TableNeeds[] = [
    {
      key: 'users',
      table: users,
      columns: { id: ID, username: NAME, email: TEXT, fullName: TEXT, active: FLAG, superuser: FLAG },
      uniques: [['id'], ['username']],
      isReferredTo: true,
      hasTriggers: true,
    },
  ];
  if (teams !== undefined) {
    const columns = { id: ID, slug: NAME, name: TEXT, owner: { kind: 'id' } } as const;
    const uniques = [['id'], ['slug']];
    needs.push({ key: 'teams', table: teams, columns, uniques, isReferredTo: true, hasTriggers: true });
  }
  if (teamMembers !== undefined) {
    const columns = {
      team: ID,
      user: ID,
      type: { kind: 'level' },
      active: FLAG,
      added: { kind: 'time' },
    } as const;
    const uniques = [['team', 'user']];
    needs.push({
      key: 'teamMembers',
      table: teamMembers,
      columns,
      uniques,
      isReferredTo: false,
      hasTriggers: false,
    });
  }
  if (projects !== undefined) {
    const columns = { id: ID, team: ID, slug: NAME, name: TEXT, active: FLAG } as const;
    const uniques = [['id'], ['team', 'slug']];
    needs.push({
      key: 'projects',
      table: projects,
      columns,
      uniques,
      isReferredTo: true,
      hasTriggers: false,
    });
  }
  return needs;
}
