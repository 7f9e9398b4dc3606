/** Signing in at an OpenID provider, and the sessions of its users. Types only. */

/** What the browser keeps between the beginning and the end of a sign-in. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
}

/** A user whom the provider signed in. */
export interface OpenIdUser {
  /** undefined: the claim is absent, not text, or an unverified address. */
  readonly name: string | undefined;
  readonly groups: readonly string[];
  /** Why there are no groups: the claim is absent, or the provider omitted it because of its size. */
  readonly lack?: 'absent' | 'too many';
}

/** The end of a sign-in. `reason`: for the log and the user; it quotes nothing that the provider sent. */
export type SignInEnd =
  | { readonly kind: 'signed in'; readonly user: OpenIdUser }
  | { readonly kind: 'refused'; readonly reason: string };

/** All functions throw UnavailableError if the provider does not answer. `redirectUri`: where it sends the user back. */
export interface OpenIdOperations {
  begin(redirectUri: string): Promise<{ readonly url: string; readonly attempt: Attempt }>;
  /** `answer`: the URL with which the user came back. */
  finish(answer: URL, attempt: Attempt): Promise<SignInEnd>;
  /** Where the provider ends its own session. undefined: it has no such address. */
  signOutUrl(returnTo: string): Promise<string | undefined>;
}

/** A signed-in user, with those of the user's groups that had a role at the sign-in. */
export interface Session {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Throw UnavailableError if the database does not answer. An id is a secret of 43 characters. */
export interface SessionOperations {
  /** Returns the id of a new session. */
  open(session: Session): Promise<string>;
  /** The session, unless it has ended. `renew`: a request uses it. */
  find(id: string, renew: boolean): Promise<Session | undefined>;
  close(id: string): Promise<void>;
}
