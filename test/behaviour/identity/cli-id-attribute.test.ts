/** A service must not start with another identity attribute than that of its links. */
import { describe, expect, it } from 'vitest';
import { openInstallation } from '../../support/given/installation.ts';

describe('another idAttribute in the configuration', () => {
  it('serve refuses to start, and check says why (B11)', async () => {
    await using installation = await openInstallation();
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    const config = await installation.writeConfig({ directory: { idAttribute: 'nsUniqueId' } });
    const refused = await installation.call('serve', '--config', config);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /directories\[0\]\.idAttribute is nsUniqueId.*use entryUUID.*rollcall relink corp/,
    );
    const checked = await installation.call('check', '--config', config);
    expect(checked.code).toBe(5);
    expect(checked.stdout).toMatch(/fail +corp identity: .*nsUniqueId.*entryUUID \(id_attribute_changed\)/);
    expect((await installation.call('check')).stdout).not.toContain('id_attribute_changed');
  });
});
