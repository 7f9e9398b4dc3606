/** `rollcall check`: can each server be used, and does the configuration find what it speaks of. */
import { DirectoryError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { connect } from '../connection/connect.ts';
import { type Traits, traitsOf } from '../entry/vendor.ts';
import { readRootDse } from '../search/root-dse.ts';
import { checkContents } from './contents.ts';
import { ldapsearch } from './ldapsearch-command.ts';
import { checkServer, failed, ROOT } from './server.ts';

/**
 * One finding a line; the first ones are about the servers, the others about what the first usable one holds. Reads no
 * more than a page of anything. Never throws for what a server does. `clock`: now, in milliseconds since 1970. `linkedBy`:
 * the identity attribute that what is linked was found by.
 */
export async function checkDirectory(
  settings: DirectorySettings,
  {
    clock = Date.now,
    linkedBy,
  }: { readonly clock?: () => number; readonly linkedBy?: string | undefined } = {},
): Promise<Finding[]> {
  const servers: Finding[] = [];
  const contents: Finding[] = [];
  let refusedBy: string | undefined;
  for (const url of settings.urls) {
    const subject = `${settings.name} ${url}`;
    if (refusedBy !== undefined) {
      servers.push({ subject, level: 'warn', message: notTried(refusedBy) });
      continue;
    }
    const command = ldapsearch(url, settings, ROOT);
    try {
      using connection = await connect(url, settings);
      const root = await readRootDse(connection);
      const found = await checkServer({ subject, command, connection, root, settings, now: clock() });
      servers.push(...found);
      if (contents.length > 0) continue;
      const traits = traitsOf(settings, root);
      contents.push(...checkIdentity(settings, traits, linkedBy));
      contents.push(...(await checkContents(connection, settings, traits, clock)));
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      if (error.code === 'bind_refused') refusedBy = url;
      servers.push({ ...failed(subject, error), command });
    }
  }
  return [...servers, ...contents];
}

/** By another attribute everybody and everything would look new, so a run refuses (case B11). */
function checkIdentity({ name }: DirectorySettings, { idAttribute }: Traits, linkedBy?: string): Finding[] {
  if (linkedBy === undefined || linkedBy === idAttribute) return [];
  const message = `would be read with ${idAttribute}, and what is linked was found by ${linkedBy} (id_attribute_changed)`;
  const fix = `set idAttribute: ${linkedBy} again, or match what is linked by DN: rollcall relink ${name}`;
  return [{ subject: `${name} identity`, level: 'fail', message, fix }];
}

function notTried(refusedBy: string): string {
  return `not asked: ${refusedBy} refused the password, and saying it again could lock the account`;
}
