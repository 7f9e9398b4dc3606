/** Implements `rollcall check`: whether each server can be used, and whether it has what the configuration expects. */
import { DirectoryError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { connect } from '../connection/connect.ts';
import { type Traits, traitsOf } from '../entry/vendor.ts';
import { readRootDse } from '../search/root-dse.ts';
import { checkContents } from './contents.ts';
import { ldapsearch } from './ldapsearch-command.ts';
import { checkLive } from './live.ts';
import { checkServer, failed, ROOT } from './server.ts';

/**
 * Checks all servers, then the contents of the first usable one. Reads at most one page of each kind. Never throws for
 * a failure of a server.
 * @param clock the current time, in milliseconds since 1970
 * @param linkedBy the identity attribute that found the linked entries
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
      contents.push(...(await checkLive({ ...settings, urls: [url] })));
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      if (error.code === 'bind_refused') refusedBy = url;
      servers.push({ ...failed(subject, error), command });
    }
  }
  return [...servers, ...contents];
}

/** With another attribute every user and group would look new, so a run refuses to start (case B11). */
function checkIdentity({ name }: DirectorySettings, { idAttribute }: Traits, linkedBy?: string): Finding[] {
  if (linkedBy === undefined || linkedBy === idAttribute) return [];
  const message = `would be read with ${idAttribute}, but the linked entries were found by ${linkedBy} (id_attribute_changed)`;
  const fix = `set idAttribute to ${linkedBy} again, or match the linked entries by DN: rollcall relink ${name}`;
  return [{ subject: `${name} identity`, level: 'fail', message, fix }];
}

function notTried(refusedBy: string): string {
  return `not tried: ${refusedBy} refused the password, and another attempt could lock the account`;
}
