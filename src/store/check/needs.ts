/** The requirements of Rollcall for each table of the application. */
import type { CoreSettings, TheirTable } from '../../model/settings.ts';
import type { CoreTableKey } from '../core/names.ts';

/** The types that a column may have, as PostgreSQL names them. A key may have any. */
const KINDS = {
  id: ['smallint', 'integer', 'bigint'],
  text: ['text', 'character varying', 'character', 'citext', 'name'],
  flag: ['boolean'],
  level: ['smallint', 'integer'],
  time: ['timestamp with time zone', 'timestamp without time zone', 'date'],
  key: undefined,
} as const;

export type Kind = keyof typeof KINDS;

/** One column. `required`: it must not be null. */
interface ColumnNeed {
  readonly kind: Kind;
  readonly required?: boolean;
  /** The table that the column refers to. */
  readonly refersTo?: 'users' | 'teams';
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
  return KINDS[kind]?.some(name => name === type) ?? true;
}

const ID = { kind: 'id', required: true } as const;
const KEY = { kind: 'key' } as const;
const NAME = { kind: 'text', required: true } as const;
const TEXT = { kind: 'text' } as const;
const FLAG = { kind: 'flag' } as const;

/** What is needed of each configured table. */
export function needsOf(core: CoreSettings): readonly TableNeeds[] {
  const { users, teams, teamMembers, projects } = core;
  const toUser = referenceTo('users', users);
  const needs: TableNeeds[] = [
    {
      ...REFERRED,
      key: 'users',
      table: users,
      columns: {
        id: ID,
        key: KEY,
        username: NAME,
        email: TEXT,
        fullName: TEXT,
        active: FLAG,
        superuser: FLAG,
      },
      uniques: [['id'], ...keyOf(users), ['username']],
    },
  ];
  if (teams === undefined) return needs;
  const toTeam = referenceTo('teams', teams);
  needs.push({
    ...REFERRED,
    key: 'teams',
    table: teams,
    columns: { id: ID, key: KEY, slug: NAME, name: TEXT, owner: { ...toUser, required: false } },
    uniques: [['id'], ...keyOf(teams), ['slug']],
  });
  if (teamMembers !== undefined) {
    needs.push({
      key: 'teamMembers',
      table: teamMembers,
      columns: { team: toTeam, user: toUser, type: { kind: 'level' }, active: FLAG, added: { kind: 'time' } },
      uniques: [['team', 'user']],
      isReferredTo: false,
      hasTriggers: false,
    });
  }
  if (projects !== undefined) {
    needs.push({
      key: 'projects',
      table: projects,
      columns: { id: ID, team: toTeam, slug: NAME, name: TEXT, active: FLAG },
      uniques: [['id'], ['team', 'slug']],
      isReferredTo: true,
      hasTriggers: false,
    });
  }
  return needs;
}

const REFERRED = { isReferredTo: true, hasTriggers: true } as const;

interface Keyed {
  readonly columns: { readonly key?: string | undefined };
}

function referenceTo(refersTo: 'users' | 'teams', { columns }: Keyed): ColumnNeed {
  return { ...(columns.key === undefined ? ID : KEY), required: true, refersTo };
}

function keyOf({ columns }: Keyed): string[][] {
  return columns.key === undefined ? [] : [['key']];
}
