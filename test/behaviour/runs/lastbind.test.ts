/** A real OpenLDAP that writes the time of every bind into the entry of the account, which changes contextCSN. */
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import { readMarker } from '../../../src/directory/session/change-marker.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { openLivedInCompany } from '../../support/given/lived-in-company.ts';
import { until } from '../../support/observe/until.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const BASE = 'dc=example,dc=com';

describe('OpenLDAP with lastbind', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: 'openldap' });
  const opened = (access: readonly string[]) =>
    openLivedInCompany(organisation, () =>
      startSlapd({ ldif: [...ldif(organisation)], overlays: ['lastbind'], access }),
    );

  it('is unchanged after our own binds if contextCSN may be read before the bind, until anything changes (G46)', async () => {
    await using scene = await opened([
      `access to dn.base="${BASE}" attrs=entry,objectClass,contextCSN by * read`,
    ]);
    await movesByBind(scene.directory);
    // The first read adds people, so it reads their accounts over one more connection.
    await scene.sync();
    await scene.sync('schedule');
    for (let time = 0; time < 2; time += 1)
      expect((await scene.sync('schedule')).counts).toMatchObject({ unchanged: true });
    await movesByBind(scene.directory);
    expect((await scene.sync('schedule')).counts.unchanged).toBeUndefined();
  });

  it('is read every time if contextCSN may not be read before the bind (G46)', async () => {
    await using scene = await opened([]);
    await scene.sync();
    await scene.sync('schedule');
    await movesByBind(scene.directory);
    expect((await scene.sync('schedule')).counts.unchanged).toBeUndefined();
  });
});

/** OpenLDAP writes the time of a bind in whole seconds. */
async function movesByBind(directory: DirectorySettings): Promise<void> {
  const { marker } = await readMarker(directory);
  await until('a bind moves the marker', async () => (await readMarker(directory)).marker !== marker);
}
