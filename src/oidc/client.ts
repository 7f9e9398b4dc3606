/** Signs users in at the OpenID provider: authorization code flow with PKCE, state and nonce. */
import type { Configuration, ServerMetadata } from 'openid-client';
import { UnavailableError } from '../errors.ts';
import type { Attempt, OpenIdOperations, SignInEnd } from '../model/sign-in/openid.ts';
import type { OidcSettings } from '../model/sign-in/settings.ts';
import { type Claims, isIncomplete, userOf } from './claims.ts';
import { clientOf, discoverProvider, failureIn, loadLibrary, reasonOf } from './provider.ts';

/** How long a discovery document is used. The keys are read for each sign-in, so that a changed key works at once. */
const FRESH_MS = 5 * 60_000;

interface Known {
  readonly settings: OidcSettings;
  readonly metadata: Promise<ServerMetadata>;
  readonly until: number;
}

/** The client of the configured provider. `settingsNow` returns undefined without `http.oidc`. */
export function openIdClient(settingsNow: () => OidcSettings | undefined): OpenIdOperations {
  let known: Known | undefined;
  const discover = (settings: OidcSettings): Promise<ServerMetadata> => {
    if (known?.settings === settings && known.until > performance.now()) return known.metadata;
    const metadata = discoverProvider(settings);
    const next = { settings, metadata, until: performance.now() + FRESH_MS };
    known = next;
    metadata.catch(() => {
      if (known === next) known = undefined;
    });
    return metadata;
  };
  const open = async () => {
    const settings = settingsNow();
    if (settings === undefined) throw new UnavailableError('no OpenID provider is configured');
    return { settings, config: await clientOf(settings, await discover(settings)) };
  };
  return {
    async begin(redirectUri) {
      const { settings, config } = await open();
      return begin(settings, config, redirectUri);
    },
    async finish(answer, attempt) {
      const { settings, config } = await open();
      return finish(settings, config, { answer, attempt });
    },
    async signOutUrl(returnTo) {
      const { config } = await open();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      const { buildEndSessionUrl } = await loadLibrary();
      return buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
    },
  };
}

async function begin({ scopes }: OidcSettings, config: Configuration, redirectUri: string) {
  const library = await loadLibrary();
  const attempt = {
    state: library.randomState(),
    nonce: library.randomNonce(),
    verifier: library.randomPKCECodeVerifier(),
  };
  const url = library.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await library.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  });
  return { url: url.href, attempt };
}

async function finish(
  settings: OidcSettings,
  config: Configuration,
  { answer, attempt }: { answer: URL; attempt: Attempt },
): Promise<SignInEnd> {
  const { authorizationCodeGrant, fetchUserInfo } = await loadLibrary();
  try {
    const tokens = await authorizationCodeGrant(config, answer, {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    });
    const own = tokens.claims();
    if (own === undefined) return { kind: 'refused', reason: 'the answer has no ID token' };
    const asks = isIncomplete(own, settings) && config.serverMetadata().userinfo_endpoint !== undefined;
    const others: Claims = asks ? await fetchUserInfo(config, tokens.access_token, own.sub) : {};
    return { kind: 'signed in', user: userOf({ ...others, ...own }, settings) };
  } catch (error) {
    const failure = failureIn(error);
    if (failure !== undefined) throw failure;
    return { kind: 'refused', reason: reasonOf(error) };
  }
}
