/** The foreign keys and triggers of Rollcall that depend on a table of the application. */
import { type Core, type CoreTableKey, quoted } from './names.ts';

export interface Attachment {
  readonly name: string;
  readonly kind: 'foreign key' | 'trigger';
  /** The statement that creates it again. It does not check existing rows. */
  readonly statement: string;
}

const CASCADING: Readonly<Record<CoreTableKey, readonly (readonly [table: string, column: string])[]>> = {
  users: [
    ['access_group_members', 'user_id'],
    ['directory_user', 'user_id'],
    ['membership_doubt', 'user_id'],
    ['link_request', 'user_id'],
  ],
  teams: [
    ['access_group', 'team_id'],
    ['directory_group', 'team_id'],
  ],
  teamMembers: [],
  projects: [['access_group_projects', 'project_id']],
};

const TRIGGERS: Readonly<Partial<Record<CoreTableKey, readonly (readonly [name: string, call: string])[]>>> =
  {
    users: [['auth_user_audit', "membership_change_record_cascade('user_deleted')"]],
    teams: [
      ['team_a_await_members', 'membership_change_await_members()'],
      ['team_audit', "membership_change_record_cascade('team_deleted')"],
      ['team_event', 'team_record_groups()'],
    ],
  };

/** Everything that the newest schema attaches to the table; `schema`: that of Rollcall. */
export function attachmentsTo(core: Core, key: CoreTableKey, schema: string): readonly Attachment[] {
  const whose = core[key];
  const own = quoted(schema);
  return [
    ...CASCADING[key].map(([referring, column]): Attachment => {
      const name = `${referring}_${column}_foreign`;
      const constraint = `add constraint ${name} foreign key (${column}) references ${whose.target} on delete cascade`;
      return {
        name,
        kind: 'foreign key',
        statement: `alter table ${own}.${referring} ${constraint} not valid`,
      };
    }),
    ...(TRIGGERS[key] ?? []).map(([short, call]): Attachment => {
      const name = whose.trigger(short);
      const event = `before delete on ${whose.table} for each row execute function ${own}.${call}`;
      return { name, kind: 'trigger', statement: `create trigger ${name} ${event}` };
    }),
  ];
}
