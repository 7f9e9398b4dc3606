/** Refuses settings with which a read would be incomplete without an error. */
import * as z from 'zod';
import type { Place, Problem } from '../schema/problem.ts';
import { pick } from './pick.ts';

/** Unencrypted and with TLS (MS-ADTS 5.1.1.2). */
const CATALOG_PORT = /:326[89]\/?$/;
/** Attributes of a person, which list groups. */
const BACK_LINKS = ['memberof', 'ismemberof', 'groupmembership'];

/** The Global Catalog has the members of universal groups only, and shows all others as empty. */
export function globalCatalog({ path, value }: Place): Problem[] {
  const found = pick({ urls: z.array(z.string()), vendor: z.string().default('auto') }, value);
  if (found === undefined || !['auto', 'activedirectory'].includes(found.vendor)) return [];
  return found.urls.flatMap((url, index) =>
    CATALOG_PORT.test(url)
      ? {
          path: [...path, 'urls', index],
          message:
            'is the port of a Global Catalog, which shows only universal groups with their members; use 636, or 389 with startTls: true',
        }
      : [],
  );
}

export function backLinks({ path, value }: Place): Problem[] {
  const found = pick({ groups: z.object({ members: z.array(z.string()) }) }, value);
  return (found?.groups.members ?? []).flatMap((name, index) =>
    BACK_LINKS.includes(name.toLowerCase())
      ? {
          path: [...path, 'groups', 'members', index],
          message: `lists the groups of an entry, not its members; use the attribute of the group, such as member`,
        }
      : [],
  );
}
