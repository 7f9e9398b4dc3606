/** What all embedded directory servers have in common: addresses, accounts and a readiness probe. */
import { Client } from 'ldapts';
import type { Server } from './server.ts';

/** The data that a client needs to use a running directory. */
export interface DirectoryAccess {
  readonly url: string;
  readonly baseDn: string;
  /** Reads everything, page by page. */
  readonly bindDn: string;
  readonly bindPassword: string;
  /** May read and write everything. */
  readonly adminDn: string;
  readonly adminPassword: string;
}

/** A directory that tests may stop and kill. */
export interface DirectoryServer extends DirectoryAccess, Server {}

/** True once the admin can bind; rejects while the connection is refused. */
export async function binds(access: DirectoryAccess): Promise<boolean> {
  return asAdmin(access, async () => true);
}

/** Runs the work with a client bound as the admin. */
export async function asAdmin<T>(
  { url, adminDn, adminPassword }: DirectoryAccess,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ url, connectTimeout: 1000, timeout: 10_000 });
  try {
    await client.bind(adminDn, adminPassword);
    return await work(client);
  } finally {
    await client.unbind();
  }
}
