/** The client of the OpenID provider, from its discovery document. */
import type { ClientAuth, Configuration } from 'openid-client';
import { UnavailableError } from '../errors.ts';
import type { OidcSettings } from '../model/sign-in/settings.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** How far the clocks of the provider and of this machine may differ. */
const CLOCK_TOLERANCE_S = 30;

type Settings = Pick<OidcSettings, 'issuer' | 'clientId' | 'clientSecret' | 'caFile'>;

/** Loads the library, which an installation without `http.oidc` does not need. */
function loadLibrary() {
  return import('openid-client');
}

/**
 * Reads the discovery document. Throws UnavailableError if the provider does not answer, if the document names another issuer,
 * or if it lacks what a sign-in needs. Signatures of ID tokens are verified.
 */
export async function discoverProvider(settings: Settings): Promise<Configuration> {
  const { issuer, clientId, clientSecret, caFile } = settings;
  const library = await loadLibrary();
  const { allowInsecureRequests, clockTolerance, customFetch, discovery, enableNonRepudiationChecks } =
    library;
  // The configuration allows http:// only for this machine.
  const insecure = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
  try {
    const found = await discovery(
      new URL(issuer),
      clientId,
      { [clockTolerance]: CLOCK_TOLERANCE_S },
      authOf(library, clientSecret),
      { [customFetch]: boundedFetch(caFile), execute: [enableNonRepudiationChecks, ...insecure] },
    );
    requireUsable(found, issuer);
    return found;
  } catch (error) {
    throw failureOf('the discovery document of the OpenID provider cannot be used', error);
  }
}

/** RFC 6749, 2.3.1 requires servers to support Basic. Those that do not say so. */
function authOf(
  { ClientSecretBasic, ClientSecretPost, None }: Awaited<ReturnType<typeof loadLibrary>>,
  secret: string | undefined,
): ClientAuth {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...request) => {
    const { token_endpoint_auth_methods_supported: supported = ['client_secret_basic'] } = server;
    (supported.includes('client_secret_basic') ? basic : post)(server, ...request);
  };
}

/** openid-client accepts the document of all tenants of Entra ID, with which users of any company could sign in. */
function requireUsable(found: Configuration, issuer: string): void {
  const metadata = found.serverMetadata();
  if (URL.parse(metadata.issuer)?.href !== URL.parse(issuer)?.href) {
    throw new UnavailableError(
      `the OpenID provider names another issuer in its discovery document: ${JSON.stringify(metadata.issuer)}`,
    );
  }
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const)
    if (metadata[name] === undefined)
      throw new UnavailableError(`the discovery document of the OpenID provider lacks ${name}`);
}

/** The failure of a request. The library wraps those of the network. Its own messages are fixed texts, and its causes may quote the answer. */
function failureOf(what: string, error: unknown): UnavailableError {
  if (error instanceof UnavailableError) return error;
  if (!(error instanceof Error)) return new UnavailableError(what, { cause: error });
  const { cause } = error;
  if (cause instanceof UnavailableError) return cause;
  const status = cause instanceof Response ? ` ${cause.status}` : '';
  return new UnavailableError(`${what}: ${error.message}${status}`, { cause: error });
}
