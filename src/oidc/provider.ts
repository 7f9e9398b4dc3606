/** The client of the OpenID provider, from its discovery document. */
import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client';
import { UnavailableError } from '../errors.ts';
import type { OidcSettings } from '../model/sign-in/settings.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** How far the clocks of the provider and of this machine may differ. */
const CLOCK_TOLERANCE_S = 30;
/** Without these, no user can sign in. */
const NEEDED = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

type Settings = Pick<OidcSettings, 'issuer' | 'clientId' | 'clientSecret' | 'caFile'>;

/** Loads the library, which an installation without `http.oidc` does not need. */
export function loadLibrary() {
  return import('openid-client');
}

/**
 * Reads the discovery document. Throws UnavailableError if the provider does not answer, if the document names another issuer,
 * or if it lacks what a sign-in needs.
 */
export async function discoverProvider(settings: Settings): Promise<ServerMetadata> {
  const { issuer, clientId, caFile } = settings;
  const { allowInsecureRequests, customFetch, discovery } = await loadLibrary();
  const execute = isInsecure(issuer) ? [allowInsecureRequests] : [];
  try {
    const options = { [customFetch]: boundedFetch(caFile), execute };
    const found = await discovery(new URL(issuer), clientId, undefined, undefined, options);
    const metadata = found.serverMetadata();
    requireUsable(metadata, issuer);
    return metadata;
  } catch (error) {
    const failure = failureIn(error);
    if (failure !== undefined) throw failure;
    const what = 'the discovery document of the OpenID provider cannot be used';
    throw new UnavailableError(`${what}: ${reasonOf(error)}`, { cause: error });
  }
}

/** A client that verifies the signatures of ID tokens. Each client reads the keys of the provider once. */
export async function clientOf(settings: Settings, metadata: ServerMetadata): Promise<Configuration> {
  const { issuer, clientId, clientSecret, caFile } = settings;
  const library = await loadLibrary();
  const tolerance = { [library.clockTolerance]: CLOCK_TOLERANCE_S };
  const client = new library.Configuration(metadata, clientId, tolerance, authOf(library, clientSecret));
  client[library.customFetch] = boundedFetch(caFile);
  library.enableNonRepudiationChecks(client);
  if (isInsecure(issuer)) library.allowInsecureRequests(client);
  return client;
}

/** The configuration allows http:// only for this machine. */
function isInsecure(issuer: string): boolean {
  return /^http:/i.test(issuer);
}

/** RFC 6749, 2.3.1 requires servers to support Basic. Those that do not support it say so. */
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
function requireUsable(metadata: ServerMetadata, issuer: string): void {
  if (URL.parse(metadata.issuer)?.href !== URL.parse(issuer)?.href) {
    const named = JSON.stringify(metadata.issuer);
    throw new UnavailableError(
      `the discovery document of the OpenID provider names another issuer: ${named}`,
    );
  }
  const lacking = NEEDED.find(name => metadata[name] === undefined);
  if (lacking !== undefined)
    throw new UnavailableError(`the discovery document of the OpenID provider lacks ${lacking}`);
}

/** The failure of the network that caused this error of the library. undefined: the provider answered. */
export function failureIn(error: unknown): UnavailableError | undefined {
  if (error instanceof UnavailableError) return error;
  return error instanceof Error ? failureIn(error.cause) : undefined;
}

/** The messages of the library are fixed texts, whereas its causes may quote the answer. Adds a standard error code or status. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { cause } = error;
  const code =
    'error' in error && /^[a-z_]{1,40}$/.test(String(error.error)) ? ` (${String(error.error)})` : '';
  return `${error.message}${code}${cause instanceof Response ? ` ${cause.status}` : ''}`;
}
