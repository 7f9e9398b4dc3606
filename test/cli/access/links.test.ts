/** Links of directory entries to users at the terminal. */
import { expect, it } from 'vitest';
import { openInstallation } from '../../support/given/installation.ts';

it('lists links, shows the commands that decide about one that waits, and unlinks a user', async () => {
  await using installation = await openInstallation();
  const config = await installation.writeConfig({
    directory: { users: { baseDn: 'ou=people,dc=test', firstLink: 'confirm' } },
  });
  const users = (...args: string[]) => installation.call('users', ...args, '--config', config);
  await installation.call('sync', '--once', '--config', config);
  const { code, stdout } = await users('links', 'bob', '--waiting');
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^bob +corp +waiting +username +uid=bob/m),
  });
  const [, shown = ''] = /^rollcall users (confirm bob .*) --reason TEXT$/m.exec(stdout) ?? [];
  expect((await installation.call('status', '--config', config)).stdout).toMatch(
    /wait to be linked to users/,
  );
  expect(await users(...shown.split(' '), '--reason', 'HR-1')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^bob: linked; run \d+ applies it/),
  });
  expect((await users('access', 'bob')).code).toBe(1);
  await installation.call('sync', '--once', '--config', config);
  expect((await users('access', 'bob')).code).toBe(0);
  expect((await users('unlink', 'bob', '--directory', 'corp', '--reason', 'HR-2')).code).toBe(0);
  expect((await users('links', 'bob')).stdout).toMatch(/^bob +corp +refused by /m);
  expect(await users('unlink', 'bob', '--directory', 'corp', '--reason', 'HR-2')).toMatchObject({ code: 2 });
});
