/** The check of `http.oidc` for `rollcall check`. */
import { messageOf } from '../errors.ts';
import type { Finding } from '../model/run.ts';
import type { OidcSettings } from '../model/sign-in/settings.ts';
import { discoverProvider } from './provider.ts';

/** Reads the discovery document. Never throws. */
export async function oidcFinding(settings: OidcSettings): Promise<Finding> {
  const subject = 'http.oidc';
  try {
    await discoverProvider(settings);
    return { subject, level: 'ok', message: 'the OpenID provider answers' };
  } catch (error) {
    const fix =
      'compare http.oidc.issuer with "issuer" in ISSUER/.well-known/openid-configuration, and check http.oidc.caFile and the network';
    return { subject, level: 'fail', message: messageOf(error), fix };
  }
}
