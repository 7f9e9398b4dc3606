/** Fixed answers for the routes about the owners of groups. */
import type { ExplainedGroup, OwnershipOperations } from '../../../../src/model/operations/ownership.ts';
import type { AdoptionPreview, ShadowGroup } from '../../../../src/model/ownership.ts';
import type { Run } from '../../../../src/model/run.ts';
import { GROUP } from './access-answers.ts';

export const ADOPTION: AdoptionPreview = {
  digest: 'a'.repeat(64),
  accessGroupId: 3,
  team: 'platform',
  name: 'eng',
  directory: 'corp',
  dn: 'cn=eng,ou=groups,dc=example,dc=com',
  newName: undefined,
  add: ['ada.lovelace'],
  remove: ['mallory'],
  held: [],
};

export const LISTED: ExplainedGroup = {
  externalId: '00000000-0000-4000-8000-000000000002',
  dn: 'cn=ops,ou=groups,dc=example,dc=com',
  name: 'ops',
  mapping: 'platform/{cn}',
  state: 'conflict',
  reason: 'name_conflict_manual',
  explanation: 'An AccessGroup made by hand has the name.',
  wayOut: 'Adopt it.',
  accessGroupId: null,
  team: null,
  groupName: null,
  frozen: false,
  unresolved: 1,
  lastError: null,
};

const SHADOW_OF = {
  team: 'platform',
  mapping: 'platform/{cn}',
  accessGroupId: null,
  since: new Date('2026-02-01T00:00:00.000Z'),
};

const SHADOW: ShadowGroup = {
  ...SHADOW_OF,
  kind: 'create',
  dn: 'cn=crew,ou=groups,dc=example,dc=com',
  name: 'crew',
  previousName: null,
  add: 1,
  remove: 0,
  held: 0,
  reason: null,
  explanation: null,
  runId: 6,
};

/** Answers every request; an action that queues a run returns this one. */
export function ownershipAnswers(run: Run): OwnershipOperations {
  return {
    resync: async () => run,
    previewAdoption: async () => ADOPTION,
    adopt: async () => run,
    release: async () => ({ ...GROUP, managed: false, state: 'manual', directory: null, sources: [] }),
    freeze: async () => ({ ...GROUP, frozen: true }),
    unfreeze: async () => GROUP,
    knowsDirectory: async name => name === 'corp',
    listGroups: async () => ({ items: [LISTED], next: ['ops', LISTED.externalId] }),
    listShadow: async () => ({ items: [SHADOW], next: undefined }),
    listShadowMembers: async () => ({
      items: [
        {
          ...SHADOW_OF,
          group: SHADOW.name,
          username: 'ada.lovelace',
          action: 'add',
          reason: 'member',
          isNew: true,
        },
      ],
      next: [0, 'add', 'ada.lovelace'],
    }),
    listUnresolved: async () => ({
      items: [
        {
          groupDn: LISTED.dn,
          groupName: 'ops',
          member: 'uid=ghost,dc=example,dc=com',
          reason: 'no_local_user',
          wayOut: 'Create the account.',
          since: new Date('2026-02-01T00:00:00.000Z'),
        },
      ],
      next: undefined,
    }),
  };
}
