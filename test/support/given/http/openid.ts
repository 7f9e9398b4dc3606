/** An OpenID provider in the configuration, and sessions in memory. */
import type { HttpDependencies } from '../../../../src/http/ports/http.ts';
import type { Session } from '../../../../src/model/sign-in/openid.ts';
import type { OidcSettings } from '../../../../src/model/sign-in/settings.ts';
import { CLIENT } from '../../servers/openid-provider.ts';

/** `issuer`: the provider of the test. */
export function oidcSettings(issuer: string): OidcSettings {
  return {
    ...CLIENT,
    issuer,
    scopes: ['openid', 'profile', 'email'],
    nameClaim: 'preferred_username',
    groupsClaim: 'groups',
    roles: { admin: ['ops'], viewer: ['staff'] },
    sessionMs: 3_600_000,
    sessionIdleMs: 600_000,
  };
}

/** Sessions in memory, by id. */
export function memorySessions(): HttpDependencies['sessions'] & { readonly byId: Map<string, Session> } {
  const sessions = new Map<string, Session>();
  let last = 0;
  return {
    byId: sessions,
    async open(session) {
      last += 1;
      sessions.set(`session-${last}`, session);
      return `session-${last}`;
    },
    find: async id => sessions.get(id),
    async close(id) {
      sessions.delete(id);
    },
  };
}

const absent = () => Promise.reject(new Error('the test has no provider'));

/** For tests in which no user signs in. */
export const NO_PROVIDER = {
  openId: { begin: absent, finish: absent, signOutUrl: absent },
  sessions: memorySessions(),
};
