/** The schema of `http`: the address, tokens, and sign-in by a trusted proxy or an OpenID provider. */
import * as z from 'zod';
import { block, checked, duration, integer, list, oneOf, secret, text, url } from './values.ts';

/** The schema of `http`. No caller can sign in by default. */
export function httpSchema() {
  return block({
    host: text('a host name or address').default('0.0.0.0').describe('Address to listen on.'),
    port: integer(0, 65_535).default(8080).describe('Port to listen on; 0: any free port.'),
    tokens: list(tokenSchema(), 'a list of tokens')
      .default([])
      .describe(
        'Tokens for the API and the console. Without tokens, trustedProxy and oidc, only /livez, /readyz and /metrics are served.',
      ),
    trustedProxy: trustedProxySchema()
      .optional()
      .describe('A reverse proxy that signs users in and sends their names and groups in headers.'),
    oidc: oidcSchema()
      .optional()
      .describe('An OpenID provider that signs users in. Needs publicUrl; not together with trustedProxy.'),
    requestsPerMinute: integer(0, 1_000_000)
      .default(1200)
      .describe(
        'Maximum number of requests per minute for one token and address, or one signed-in user; more are answered with 429. 0: no limit.',
      ),
    publicUrl: url(WEB_ADDRESS, isWebAddress)
      .optional()
      .describe('The URL of the console, for links in notifications and for oidc.'),
  });
}

function tokenSchema() {
  return block({
    name: text('a name').describe('The name that runs and the audit record for requests with this token.'),
    role: oneOf(['viewer', 'admin']).describe('viewer: read only; admin: read and change.'),
    secret: secret().describe('The bearer token. Prefer secretFile.'),
    secretFile: text('the path of a file').optional().describe('A file that contains the token.'),
  });
}

function trustedProxySchema() {
  return block({
    addresses: list(
      checked('an IP address or a range such as 10.1.2.0/24', rangeProblem),
      ADDRESSES,
      1,
    ).describe(
      'The addresses from which the proxy connects. Requests from other addresses are not signed in by headers.',
    ),
    userHeader: header('X-Forwarded-User').describe(
      'The header that names the user, for runs and the audit.',
    ),
    groupsHeader: header('X-Forwarded-Groups').describe("The header with the user's groups."),
    separator: text('1 to 8 visible characters', /^[^\p{C}]{1,8}$/u)
      .default(',')
      .describe('The text between two groups.'),
    roles: rolesSchema(),
    logoutUrl: url('a path such as /oauth2/sign_out, or an https:// or http:// URL', isLink)
      .optional()
      .describe('Where the console links to for signing out.'),
  });
}

function oidcSchema() {
  const claim = (name: string) => text('the name of a claim').default(name);
  return block({
    issuer: url(WEB_ADDRESS, isWebAddress).describe(
      'The URL of the provider, exactly as its discovery document (/.well-known/openid-configuration) names it.',
    ),
    clientId: text('a client id').describe('The id of Rollcall at the provider.'),
    clientSecret: secret().describe(
      'The secret of Rollcall at the provider; omit it for a public client. Prefer clientSecretFile.',
    ),
    clientSecretFile: text('the path of a file').optional().describe('A file that contains the secret.'),
    caFile: text('the path of a PEM file')
      .optional()
      .describe(
        'PEM file with the certificate authorities to trust for the provider, instead of the default ones.',
      ),
    scopes: list(text('a scope without spaces', /^[!#-[\]-~]+$/), 'a list of scopes')
      .default(['openid', 'profile', 'email'])
      .describe('The scopes to request. Some providers need one for the groups.'),
    nameClaim: claim('preferred_username').describe(
      'The claim with the name of the user, for runs and the audit. It must be unique, and users must not be able to choose it.',
    ),
    groupsClaim: claim('groups').describe("The claim with the user's groups: a list of texts, or one text."),
    roles: rolesSchema(),
    sessionDuration: duration(60_000)
      .default('12h')
      .describe('How long a user stays signed in; afterwards, the provider is asked again. At least 1m.'),
    sessionIdle: duration(60_000)
      .default('1h')
      .describe(
        'How long a user stays signed in without a request. An open console sends requests. At least 1m.',
      ),
  });
}

function rolesSchema() {
  const groups = () => list(text('the name of a group'), 'a list of groups').default([]);
  return block({
    admin: groups().describe('Groups whose users may read and change.'),
    viewer: groups().describe('Groups whose users may read.'),
  }).describe('The role of a user is the highest of all groups. A user without a role is refused.');
}

const WEB_ADDRESS = 'an http:// or https:// URL';

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
}

const ADDRESSES = 'a list of at least one IP address or range';

function header(name: string) {
  return text('the name of a header: letters, digits and "-"', /^[A-Za-z0-9-]{1,64}$/).default(name);
}

function isLink(text: string): boolean {
  return /^\/(?![/\\])/.test(text) || isWebAddress(text);
}

/** The shortest prefixes, which are those of the private ranges 10.0.0.0/8 and fc00::/7. */
const SHORTEST = { v4: 8, v6: 7 };

/** Refuses ranges that contain a large part of the internet. Every client could then sign in as any user. */
function rangeProblem(range: string): string | undefined {
  const isV4 = z.union([z.ipv4(), z.cidrv4()]).safeParse(range).success;
  if (!isV4 && !z.union([z.ipv6(), z.cidrv6()]).safeParse(range).success) {
    return 'is not an IP address or a range such as 10.1.2.0/24';
  }
  const [address = '', prefix] = range.split('/');
  if (prefix === undefined) return undefined;
  // These ranges can contain IPv4 addresses (::ffff:10.0.0.0).
  if (!isV4 && new URL(`http://[${address}]`).host.startsWith('[::')) {
    return 'is a range of IPv6 that can contain IPv4 addresses; write IPv4 addresses as such';
  }
  const shortest = isV4 ? SHORTEST.v4 : SHORTEST.v6;
  return Number(prefix) < shortest
    ? `trusts too many addresses; list those of the proxy, in ranges of /${shortest} or smaller`
    : undefined;
}
