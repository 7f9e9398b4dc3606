/** A real OpenID provider (oidc-provider) in the process of the test. Its users sign in without a password. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Grant, Provider } from 'oidc-provider';

export const CLIENT = { clientId: 'rollcall', clientSecret: 'a-secret-of-the-client' };

export interface OpenIdProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The claims of the user who signs in next. */
  claims: Readonly<Record<string, unknown>> & { readonly sub: string };
  /** Creates new keys, and forgets the former. */
  rotateKeys(): void;
  /** Answers every request instead of the provider, if it is set. */
  instead: RequestListener | undefined;
}

/** Starts a provider whose client has this URL for its answers. */
export async function startProvider(redirectUri: string): Promise<OpenIdProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server.address());
  const issuer = `http://127.0.0.1:${port}`;
  const state: { claims: OpenIdProvider['claims'] } = { claims: { sub: 'ada' } };
  const create = () => providerOf(issuer, redirectUri, () => state.claims);
  let provider = create();
  const opened: OpenIdProvider = {
    issuer,
    instead: undefined,
    get claims() {
      return state.claims;
    },
    set claims(claims) {
      state.claims = claims;
    },
    rotateKeys() {
      provider = create();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('request', (request, response) => {
    if (opened.instead !== undefined) return opened.instead(request, response);
    if (request.url?.startsWith('/interaction/') === true) return void interact(provider, request, response);
    provider.callback()(request, response);
  });
  return opened;
}

function addressOf(address: string | AddressInfo | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the provider has no port');
  return address;
}

function providerOf(issuer: string, redirectUri: string, claims: () => OpenIdProvider['claims']): Provider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const hour = 3_600;
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        id_token_signed_response_alg: 'ES256',
        post_logout_redirect_uris: [new URL('/', redirectUri).href],
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'groups'],
      email: ['email', 'email_verified'],
    },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: claims }),
    interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      Grant: hour,
      IdToken: hour,
      Interaction: hour,
      Session: hour,
    },
    pkce: { required: () => true },
  });
}

async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const accountId = session?.accountId ?? 'ada';
  const grant: Grant = new provider.Grant({ accountId, clientId: String(params['client_id']) });
  grant.addOIDCScope(String(params['scope']));
  const result =
    prompt.name === 'login' ? { login: { accountId } } : { consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result);
}
