/** The page of a sign-in that did not succeed. It needs no script, and has the styles of the console. */
import type { FastifyReply } from 'fastify';
import type { OpenIdUser } from '../../model/sign-in/openid.ts';
import { printable } from '../../text/printable.ts';

const MAX_GROUPS = 20;

export interface SignInPage {
  readonly status: 400 | 403 | 503;
  /** Plain text, one sentence an item. */
  readonly lines: readonly string[];
}

/** Sends the page. `index`: the page of the console. */
export function sendPage(reply: FastifyReply, index: string, { status, lines }: SignInPage): FastifyReply {
  const styles = index.match(/<link rel="stylesheet"[^>]*>/g) ?? [];
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Sign in · Rollcall</title>
    ${styles.join('\n    ')}
  </head>
  <body>
    <main id="main">
      <div class="sign-in">
        <h1>You are not signed in</h1>
        ${lines.map(line => `<p>${escaped(line)}</p>`).join('\n        ')}
        <p><a href="/auth/sign-in">Sign in again</a> or <a href="/">use a token</a></p>
      </div>
    </main>
  </body>
</html>
`);
}

/** Why a user has no role: which claim decides, and what it contains. */
export function groupLines({ groups, lack }: OpenIdUser, claim: string): string[] {
  if (lack === 'too many') {
    return [
      `The provider omitted the claim "${claim}", because you are in too many groups. Let it send only the groups that Rollcall needs, or roles of the application.`,
    ];
  }
  if (lack === 'absent') return [`The provider did not send the claim "${claim}" (http.oidc.groupsClaim).`];
  const shown = groups.slice(0, MAX_GROUPS).map(group => printable(group.slice(0, 200)));
  const more = groups.length > MAX_GROUPS ? `, and ${groups.length - MAX_GROUPS} more` : '';
  return [
    groups.length === 0
      ? `The claim "${claim}" is empty.`
      : `The claim "${claim}" contains: ${shown.join(', ')}${more}.`,
    'Ask an administrator to add you to a group of http.oidc.roles.',
  ];
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
