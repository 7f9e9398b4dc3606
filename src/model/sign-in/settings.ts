/** The settings of the ways to sign in: tokens, a trusted proxy, an OpenID provider. Types only. */

export interface TokenSettings {
  readonly name: string;
  readonly role: 'viewer' | 'admin';
  readonly secret: string;
}

/** The groups whose users have each role. */
export interface RoleGroups {
  readonly admin: readonly string[];
  readonly viewer: readonly string[];
}

/** A reverse proxy that signs users in. It connects from `addresses`, which are IP addresses and ranges (CIDR). */
export interface TrustedProxySettings {
  readonly addresses: readonly string[];
  readonly userHeader: string;
  readonly groupsHeader: string;
  readonly separator: string;
  readonly roles: RoleGroups;
  readonly logoutUrl?: string | undefined;
}

/** An OpenID provider that signs users in. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Omitted: a public client. */
  readonly clientSecret?: string;
  readonly caFile?: string;
  readonly scopes: readonly string[];
  readonly nameClaim: string;
  readonly groupsClaim: string;
  readonly roles: RoleGroups;
  /** How long a session lasts at most, and at most without a request. */
  readonly sessionMs: number;
  readonly sessionIdleMs: number;
}
