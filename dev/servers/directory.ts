import { Client } from 'ldapts';
import type { Server } from './server.ts';

/** What a client needs to know about a running directory. */
export interface DirectoryAccess {
  readonly url: string;
  readonly baseDn: string;
  /** Reads everything, page by page. */
  readonly bindDn: string;
  readonly bindPassword: string;
  /** May do everything. */
  readonly adminDn: string;
  readonly adminPassword: string;
}

/** A directory that we may stop and crash. */
export interface DirectoryServer extends DirectoryAccess, Server {}

/** True once the admin may bind; rejects while nobody listens. */
export async function binds(access: DirectoryAccess): Promise<boolean> {
  return asAdmin(access, async () => true);
}

/** Runs the work with a client that is bound as the admin. */
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
