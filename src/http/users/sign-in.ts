/** Signing in at the OpenID provider, and signing out: `/auth/sign-in`, `/auth/callback`, `/auth/sign-out`. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { messageOf, UnavailableError } from '../../errors.ts';
import type { OpenIdUser } from '../../model/sign-in/openid.ts';
import type { OidcSettings } from '../../model/sign-in/settings.ts';
import { printable } from '../../text/printable.ts';
import type { App, HttpDependencies } from '../ports/http.ts';
import { Problem } from '../protocol/problems.ts';
import type { Streams } from '../streams/streams.ts';
import { cookiesAt, type KeptAttempt } from './cookies.ts';
import { requireSameSite } from './cross-site.ts';
import { groupLines, type SignInPage, sendPage } from './sign-in-page.ts';
import { mistakeOf, roleOf } from './user.ts';

type Dependencies = Pick<HttpDependencies, 'oidc' | 'openId' | 'publicUrl' | 'sessions' | 'tokens'>;

/** What the configuration says, when a request arrives. */
interface Configured {
  readonly settings: OidcSettings;
  readonly publicUrl: string;
  readonly cookies: ReturnType<typeof cookiesAt>;
}

/** A fragment, so that no link can lead to another site. */
const query = z.object({
  to: z
    .string()
    .regex(/^#\/[!-~]{0,1000}$/)
    .catch(''),
});

const config = { access: 'public', servesRefused: true } as const;

/** Adds the routes. `index`: the page of the console. */
export function addSignIn(app: App, deps: Dependencies, streams: Streams, index: string): void {
  app.get(
    '/auth/sign-in',
    { config, exposeHeadRoute: false, schema: { hide: true, querystring: query } },
    async (request, reply) => {
      const { publicUrl, cookies } = configured(deps);
      try {
        const { url, attempt } = await deps.openId.begin(callbackAt(publicUrl));
        return reply
          .header('set-cookie', cookies.forAttempt({ ...attempt, place: request.query.to }))
          .redirect(url);
      } catch (error) {
        return sendPage(reply, index, unavailablePage(error, request));
      }
    },
  );
  app.get(
    '/auth/callback',
    { config, exposeHeadRoute: false, schema: { hide: true } },
    async (request, reply) => {
      const now = configured(deps);
      const attempt = now.cookies.attemptIn(request.headers.cookie);
      reply.header('set-cookie', now.cookies.noAttempt);
      if (attempt === undefined) return sendPage(reply, index, NO_ATTEMPT);
      const page = await finish(deps, now, { request, reply, attempt });
      return page === undefined ? reply.redirect(`/${attempt.place}`) : sendPage(reply, index, page);
    },
  );
  app.post('/auth/sign-out', { config, schema: { hide: true } }, async (request, reply) => {
    const { publicUrl, cookies } = configured(deps);
    requireSameSite(request, publicUrl);
    const id = cookies.sessionIn(request.headers.cookie);
    if (id !== undefined) await deps.sessions.close(id);
    await streams.review();
    reply.header('set-cookie', cookies.noSession);
    // The user is signed out here, also if the provider does not answer.
    const url = await deps.openId.signOutUrl(new URL('/', publicUrl).href).catch(() => undefined);
    return { url };
  });
}

const NO_ATTEMPT: SignInPage = {
  status: 400,
  lines: ['This sign-in was begun in another browser, has taken too long, or was completed before.'],
};

function configured({ oidc, publicUrl: publicUrlNow }: Dependencies): Configured {
  const [settings, publicUrl] = [oidc(), publicUrlNow()];
  if (settings === undefined || publicUrl === undefined) {
    throw new Problem('not_found', 'No OpenID provider is configured (http.oidc). Sign in with a token.');
  }
  return { settings, publicUrl, cookies: cookiesAt(publicUrl) };
}

function callbackAt(publicUrl: string): string {
  return new URL('/auth/callback', publicUrl).href;
}

/** Opens a session with a new id. Returns the page that says why it did not. */
async function finish(
  { openId, sessions, tokens }: Dependencies,
  { settings, publicUrl, cookies }: Configured,
  { request, reply, attempt }: { request: FastifyRequest; reply: FastifyReply; attempt: KeptAttempt },
): Promise<SignInPage | undefined> {
  const answer = new URL(callbackAt(publicUrl));
  answer.search = request.url.replace(/^[^?]*/, '');
  try {
    const end = await openId.finish(answer, attempt);
    if (end.kind === 'refused') {
      request.log.warn({ reason: end.reason }, 'a sign-in was refused');
      return { status: 400, lines: [`The provider's answer was not accepted: ${end.reason}.`] };
    }
    const { name = '', groups } = end.user;
    const mistake = end.user.name === undefined ? noName(settings) : mistakeIn(name, tokens());
    if (mistake !== undefined || roleOf(groups, settings.roles) === undefined) {
      request.log.warn({ reason: mistake ?? 'no group has a role' }, 'a sign-in was refused');
      return { status: 403, lines: mistake ? [mistake] : noRole(end.user, settings) };
    }
    const former = cookies.sessionIn(request.headers.cookie);
    if (former !== undefined) await sessions.close(former);
    const known = [...settings.roles.admin, ...settings.roles.viewer];
    const id = await sessions.open({ name, groups: groups.filter(group => known.includes(group)) });
    reply.header('set-cookie', cookies.forSession(id, settings.sessionMs));
    request.log.info({ caller: name }, 'a user signed in');
    return undefined;
  } catch (error) {
    return unavailablePage(error, request);
  }
}

function noName({ nameClaim }: OidcSettings): string {
  return `The provider did not send your name as text in the claim "${nameClaim}" (http.oidc.nameClaim), or the address is not verified.`;
}

function mistakeIn(name: string, tokens: Parameters<typeof mistakeOf>[1]): string | undefined {
  const isText = name.isWellFormed() && printable(name) === name;
  const mistake = isText ? mistakeOf(name, tokens) : 'contains control characters or invisible characters';
  return mistake && `The name that the provider sent ${mistake}.`;
}

function noRole(user: OpenIdUser, { groupsClaim }: OidcSettings): string[] {
  const who = `The provider says that you are ${JSON.stringify(user.name)}, but none of your groups has a role in Rollcall.`;
  return [who, ...groupLines(user, groupsClaim)];
}

function unavailablePage(error: unknown, request: FastifyRequest): SignInPage {
  if (!(error instanceof UnavailableError)) throw error;
  request.log.warn({ reason: messageOf(error) }, 'no user can sign in');
  const lines = [
    'The OpenID provider or the database does not answer. Try again later.',
    'Tokens still work.',
  ];
  return { status: 503, lines };
}
