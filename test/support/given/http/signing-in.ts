/** A Rollcall that listens, with a real OpenID provider and a browser. */
import type { HttpDependencies } from '../../../../src/http/ports/http.ts';
import type { OidcSettings } from '../../../../src/model/sign-in/settings.ts';
import { openIdClient } from '../../../../src/oidc/client.ts';
import { CookieClient } from '../../servers/cookie-client.ts';
import { type OpenIdProvider, startProvider } from '../../servers/openid-provider.ts';
import { fixture } from './http-server.ts';
import { memorySessions, oidcSettings } from './openid.ts';
import { SAME_ORIGIN } from './trusted-proxy.ts';

export interface SigningIn extends AsyncDisposable {
  readonly url: string;
  readonly provider: OpenIdProvider;
  readonly sessions: ReturnType<typeof memorySessions>;
  readonly lines: readonly string[];
  /** The configuration, which a test may replace. */
  settings: OidcSettings;
  /** Undoes what a test did to the provider and the configuration. */
  readonly reset: () => void;
  readonly browser: () => CookieClient;
}

/** The claims of an administrator. */
export const ADA = { sub: 'ada', preferred_username: 'ada', groups: ['ops', 'people'] };

/** Starts both servers. */
export async function signingIn(overrides: Partial<HttpDependencies> = {}): Promise<SigningIn> {
  const sessions = memorySessions();
  const now: { settings?: OidcSettings; url?: string } = {};
  const { app, lines } = fixture({
    sessions,
    oidc: () => now.settings,
    openId: openIdClient(() => now.settings),
    publicUrl: () => now.url,
    ...overrides,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  now.url = url;
  const provider = await startProvider(`${url}/auth/callback`);
  const reset = () => {
    provider.instead = undefined;
    provider.claims = ADA;
    now.settings = oidcSettings(provider.issuer);
  };
  reset();
  return {
    reset,
    url,
    provider,
    sessions,
    lines,
    get settings() {
      return now.settings ?? oidcSettings(provider.issuer);
    },
    set settings(settings) {
      now.settings = settings;
    },
    browser: () => new CookieClient(),
    async [Symbol.asyncDispose]() {
      await app.close();
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** Signs the browser in, and returns the address at which it arrives. */
export async function signIn({ url }: SigningIn, browser: CookieClient, to = '#/'): Promise<string> {
  const { url: end, response } = await browser.visit(`${url}/auth/sign-in?to=${encodeURIComponent(to)}`);
  await response.body?.cancel();
  return end;
}

/** A request of a page. */
interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request of a page of the console. */
export function fromConsole(browser: CookieClient, url: string, sent: Sent = {}): Promise<Response> {
  return browser.ask(url, { ...sent, headers: { ...SAME_ORIGIN, ...sent.headers } });
}
