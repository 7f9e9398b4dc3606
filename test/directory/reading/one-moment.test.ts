/** Whether a read is a consistent view of one server at one point in time, and reports it if not. */
import { describe, expect, it } from 'vitest';
import { meanwhile } from '../../../dev/fake-ldap/faults/answers.ts';
import { hideAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch, searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import type { SentAttribute } from '../../../src/directory/protocol/protocol.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { DirectoryError } from '../../../src/errors.ts';
import { ALICE, BIND, GROUPS, group, PEOPLE, serve } from '../../support/given/directory.ts';
import {
  failure,
  failureOf,
  openSmallDirectory,
  SMALL_ENTRIES,
} from '../../support/given/small-directory.ts';

const DEVS = group(11, 'devs', [ALICE.dn]);
const DOMAIN = { highestCommittedUSN: ['100'], dsServiceName: ['CN=DC1'] };

/** Answers with another value of an attribute, on the connections from that number on. */
function another(name: string, value: string, connections: readonly number[]) {
  const change = (attribute: SentAttribute) =>
    attribute.name.toLowerCase() === name.toLowerCase()
      ? { ...attribute, values: [Buffer.from(value)] }
      : attribute;
  return searchFault((search, answer) =>
    connections.includes(search.connection)
      ? answer(search).map(part =>
          part.kind === 'entry' ? { ...part, attributes: part.attributes.map(change) } : part,
        )
      : answer(search),
  );
}

describe('a read of a server without changes', () => {
  it('is consistent (G07)', async () => {
    await using fake = await serve([ALICE, DEVS]);
    expect((await readDirectory(fake.settings)).stable).toBe(true);
    expect((await readDirectory(fake.settings, { group: 'devs' })).stable).toBe(true);
  });

  it('is not known to be consistent without a marker (G08)', async () => {
    await using fake = await serve([ALICE, DEVS], {}, { faults: [hideAttribute('contextCSN')] });
    expect((await readDirectory(fake.settings)).stable).toBe(false);
  });

  it.each([PEOPLE, GROUPS])('is not consistent if anything changes while %s is read (G08)', async dn => {
    await using fake = await serve([ALICE, DEVS]);
    const change = meanwhile(() => fake.server.modify('dc=test', { replace: { description: ['new'] } }));
    fake.server.inject(onSearch({ dn, nth: 1 }, change));
    expect((await readDirectory(fake.settings)).stable).toBe(false);
    fake.server.heal();
    expect((await readDirectory(fake.settings)).stable).toBe(true);
  });

  it('is consistent if only the binds of the read change the marker, as lastbind does (G46)', async () => {
    await using fake = await serve([ALICE, DEVS]);
    let binds = 0;
    fake.server.inject((request, answer) => {
      const reply = answer(request);
      if (request.op !== 'bind') return reply;
      binds += 1;
      fake.server.modify(ALICE.dn, { replace: { authTimestamp: [String(binds)] } });
      return reply;
    });
    expect((await readDirectory(fake.settings)).stable).toBe(true);
    expect(binds).toBe(2);
  });
});

describe('two servers behind one host name', () => {
  it.each([
    ['dsServiceName', 'CN=DC2'],
    ['dnsHostName', 'dc2.test'],
    ['netscapemdsuffix', 'cn=ldap://dc=ds2:389'],
  ])('are distinguished by their %s, and rejected (G07)', async (name, other) => {
    const rootDse = { ...DOMAIN, dnsHostName: ['dc1.test'], netscapemdsuffix: ['cn=ldap://dc=ds1:389'] };
    await using fake = await serve(SMALL_ENTRIES, {}, { rootDse, faults: [another(name, other, [2])] });
    const error = await failureOf(fake.settings);
    expect(error).toMatchObject({ code: 'interrupted', permanent: false });
    expect(error.message).toContain(other);
    expect(error.message).toContain('list each server with its own URL');
  });

  it('are rejected if the second is older (G07)', async () => {
    const old = '20200101000000.000000Z#000000#000#000000';
    await using fake = await openSmallDirectory({}, another('contextCSN', old, [2]));
    const error = await failureOf(fake.settings);
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(error.message).toContain(`and then ${old}, which is older`);
  });

  it('are rejected if the first is older and is asked again (G07)', async () => {
    const newer = '29990101000000.000000Z#000000#000#000000';
    const error = await failure({}, another('contextCSN', newer, [2]));
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(error.message).toContain(`reported the change marker ${newer}, and then`);
  });

  it('are replaced by another server of the directory (G07)', async () => {
    await using fake = await serve(
      SMALL_ENTRIES,
      {},
      { rootDse: DOMAIN, faults: [another('dsServiceName', 'CN=DC2', [2])] },
    );
    await using sound = await serve(SMALL_ENTRIES);
    const urls = [fake.server.url, sound.server.url];
    expect((await readDirectory({ ...fake.settings, urls })).server).toBe(sound.server.url);
  });

  it('are rejected if they report two identities, and the message has both (G07)', async () => {
    const error = await failure({}, (request, answer) =>
      request.op === 'extended' && request.connection === 2
        ? [{ kind: 'done', code: 0, value: 'dn:cn=guest,dc=test' }]
        : answer(request),
    );
    expect(error).toBeInstanceOf(DirectoryError);
    expect(error.message).toContain(
      `"dn:${BIND.dn}" at the start of the read, and "dn:cn=guest,dc=test" now`,
    );
  });
});

describe('a server that is behind the last complete read', () => {
  const ahead = 'usn 101 of CN=DC1';

  it('is rejected, in any kind of read (G07)', async () => {
    await using fake = await serve(SMALL_ENTRIES, {}, { rootDse: DOMAIN });
    for (const options of [{}, { group: 'a' }]) {
      const read = readDirectory(fake.settings, { ...options, position: ahead });
      await expect(read).rejects.toMatchObject({
        code: 'server_behind',
        permanent: false,
        message: expect.stringMatching(
          /^ldap:\/\/\S+ is at usn 100 of CN=DC1, behind .* restored from a backup\. Wait/,
        ),
      });
    }
    for (const position of ['usn 100 of CN=DC1', 'usn 99 of CN=DC1', 'usn 500 of CN=DC2', undefined])
      expect((await readDirectory(fake.settings, { ...(position && { position }) })).whole).toBe(true);
  });

  it('is replaced by one that is not (G07)', async () => {
    await using fake = await serve(SMALL_ENTRIES, {}, { rootDse: DOMAIN });
    await using current = await serve(
      SMALL_ENTRIES,
      {},
      { rootDse: { ...DOMAIN, highestCommittedUSN: ['101'] } },
    );
    const urls = [fake.server.url, current.server.url];
    const { server } = await readDirectory({ ...fake.settings, urls }, { position: ahead });
    expect(server).toBe(current.server.url);
  });
});
