/** Hinted runs keep the database equal to an OpenLDAP that changes. */
import { describe } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { checkChurnLive } from '../support/given/churn-live.ts';

describe('hinted runs of an OpenLDAP that changes', () => {
  checkChurnLive(makeOrganisation({ size: 'S' }));
});
