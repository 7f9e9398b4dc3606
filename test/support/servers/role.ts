/** Sessions of other roles than Rollcall's. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

export interface RoleSession extends AsyncDisposable {
  readonly role: string;
  readonly url: string;
  /** Runs one statement or several, each transaction as the text says. */
  run(text: string): Promise<unknown>;
}

/** A new role that may use the schema public of the database with this URL, and a session of it. */
export async function openRole(url: string, grants: string): Promise<RoleSession> {
  const role = `role_${randomUUID().replaceAll('-', '')}`;
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(`create role ${role} login password 'secret'; ${grants.replaceAll('ROLE', role)}`);
  const own = new URL(url);
  own.username = role;
  own.password = 'secret';
  const client = new Client({ connectionString: own.href });
  await client.connect();
  return {
    role,
    url: own.href,
    run: async text => (await client.query(text)).rows,
    async [Symbol.asyncDispose]() {
      await client.end();
      await owner.query(`drop owned by ${role} cascade; drop role ${role}`);
      await owner.end();
    },
  };
}
