import { Attribute, Change, type Client } from 'ldapts';
import { describe } from 'vitest';
import { asAdmin, type DirectoryServer } from '../../dev/embedded/directory.ts';
import { startSamba } from '../../dev/embedded/samba.ts';
import { applyStep } from '../../dev/organisation/apply.ts';
import { writeDn } from '../../dev/organisation/dn.ts';
import { loadOperations } from '../../dev/organisation/load.ts';
import { dnOf, type Organisation } from '../../dev/organisation/model.ts';
import { makeOrganisation } from '../../dev/organisation/organisation.ts';
import { checkVendor } from './checks.ts';

describe('Samba, an Active Directory', () => {
  checkVendor(makeOrganisation({ size: 'S', dialect: 'activedirectory' }), startLoaded);
});

async function startLoaded(organisation: Organisation): Promise<DirectoryServer> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startSamba());
  await asAdmin(server, async client => {
    await applyStep(client, { title: 'load', operations: [...loadOperations(organisation)] });
    await makePrimary(client, organisation, 'chain 3');
  });
  stack.move();
  return server;
}

/** Makes a group the primary group of its first member, who is among the values of `member` no more. */
async function makePrimary(client: Client, organisation: Organisation, cn: string): Promise<void> {
  const group = organisation.groups.find(one => one.cn === cn);
  const person = group?.members[0]?.to;
  if (group === undefined || person?.kind !== 'person') throw new Error(`nobody is in a group "${cn}"`);
  const { searchEntries } = await client.search(writeDn(dnOf(organisation, group)), {
    scope: 'base',
    attributes: ['objectSid'],
    explicitBufferAttributes: ['objectSid'],
  });
  const sid = searchEntries[0]?.['objectSid'];
  if (!Buffer.isBuffer(sid)) throw new Error(`the group "${cn}" has no objectSid`);
  // The last part of a SID tells the groups of a domain apart.
  const values = [String(sid.readUInt32LE(sid.length - 4))];
  const modification = new Attribute({ type: 'primaryGroupID', values });
  await client.modify(
    writeDn(dnOf(organisation, person)),
    new Change({ operation: 'replace', modification }),
  );
}
