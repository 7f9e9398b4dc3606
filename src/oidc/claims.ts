/** The user whom the claims of an OpenID provider describe. */
import type { OpenIdUser } from '../model/sign-in/openid.ts';
import type { OidcSettings } from '../model/sign-in/settings.ts';

export type Claims = Readonly<Record<string, unknown>>;
type Names = Pick<OidcSettings, 'nameClaim' | 'groupsClaim'>;

/** Whether the claims lack the name or the groups, which the userinfo endpoint may have. */
export function isIncomplete(claims: Claims, { nameClaim, groupsClaim }: Names): boolean {
  return claims[nameClaim] === undefined || claims[groupsClaim] === undefined;
}

/** The name and groups of the user. Values that are not text do not count. */
export function userOf(claims: Claims, { nameClaim, groupsClaim }: Names): OpenIdUser {
  const value = claims[groupsClaim];
  const groups = [value].flat().filter(each => typeof each === 'string');
  const lack = isOmitted(claims, groupsClaim) ? 'too many' : 'absent';
  return { name: nameOf(claims, nameClaim), groups, ...(value === undefined && { lack }) };
}

/** A user can enter any address at some providers: only a verified one identifies the user. */
function nameOf(claims: Claims, nameClaim: string): string | undefined {
  const name = claims[nameClaim];
  if (typeof name !== 'string') return undefined;
  return nameClaim === 'email' && claims['email_verified'] === false ? undefined : name;
}

/** Entra ID sends a reference to its own API instead of many groups (OpenID Connect Core, 5.6.2). */
function isOmitted({ _claim_names: names }: Claims, groupsClaim: string): boolean {
  return typeof names === 'object' && names !== null && Object.hasOwn(names, groupsClaim);
}
