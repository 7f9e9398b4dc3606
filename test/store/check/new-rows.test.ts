/** The inspection before Rollcall inserts users: rights, sequences and columns. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NUMBERS, numbers, openApplication } from '../../support/given/applications/small.ts';

describe('the inspection before users are created', () => {
  it('names the role of the connection, and asks for the sequence of the ids as well (G51)', async () => {
    await using application = await openApplication(NUMBERS);
    await application.migrate(numbers);
    const role = `runtime_${randomUUID().replaceAll('-', '')}`;
    const url = Object.assign(new URL(application.url), { username: role, password: 'secret' });
    await application.client.query(`create role ${role} login password 'secret'; grant usage on schema rollcall to ${role};
      grant select on all tables in schema rollcall to ${role}`);
    const found = await application.inspect(numbers, { url: url.href, creates: true });
    expect(found).toMatchObject([
      {
        fix: `run: grant select ("id", "login"), insert on "public"."users" to "${role}"; grant usage on sequence public.users_id_seq to "${role}"`,
      },
    ]);
    await application.client.query(found[0]?.fix?.slice('run: '.length) ?? '');
    expect(await application.inspect(numbers, { url: url.href, creates: true })).toEqual([]);
    await application.client.query(`drop owned by ${role} cascade; drop role ${role}`);
  });

  it('refuses a username that PostgreSQL generates (G51)', async () => {
    await using application = await openApplication(`${NUMBERS};
      alter table users add column name text not null unique generated always as (lower(login)) stored`);
    const core = { ...numbers, users: { ...numbers.users, columns: { id: 'id', username: 'name' } } };
    expect((await application.inspect(core, { creates: true })).map(({ message }) => message)).toContain(
      'users.onUnknown: create cannot set public.users.name, because PostgreSQL generates it',
    );
  });

  it('accepts row security with a policy for the role, which it asks for (G51, G52)', async () => {
    await using application = await openApplication(`${NUMBERS};
      alter table users enable row level security; create policy mine on users using (login = 'alice')`);
    await application.migrate(numbers);
    const owner = `owner_${randomUUID().replaceAll('-', '')}`;
    await application.client.query(`create role ${owner}; grant ${owner} to current_user;
      grant usage, create on schema rollcall to ${owner}; grant all on users, teams, members to ${owner};
      alter table rollcall.schema_migration owner to ${owner}`);
    const [finding] = await application.inspect(numbers);
    expect(finding?.message).toContain(`row security of public.users hides rows from the role ${owner}`);
    await application.client.query(finding?.fix?.slice('run: '.length) ?? '');
    expect(await application.inspect(numbers)).toEqual([]);
    await application.client.query(`drop owned by ${owner} cascade; drop role ${owner}`);
  });
});
