/** Routes that list the links of directory entries to local users, and decide about them. */
import { z } from 'zod';
import type { LinkOperations } from '../../../model/operations/links.ts';
import type { Run } from '../../../model/run.ts';
import type { App } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { route } from '../../protocol/route.ts';
import { decidedLink, linkState, linksAnswer } from '../../schemas/access.ts';
import { pageLimit, reason, text } from '../../schemas/inputs.ts';
import { answerPage, cursor, username } from '../../schemas/paging.ts';

const name = text(128);
const directory = text(64).meta({ description: 'The directory of the entry.' });

const query = z.strictObject({
  user: username.optional(),
  directory: directory.optional(),
  state: linkState.optional(),
  limit: pageLimit,
  cursor: cursor(z.tuple([name, name, z.uuid()])),
});

/** Adds the routes about links. */
export function addLinkRoutes(app: App, deps: LinkOperations): void {
  addListLinks(app, deps);
  addDecideLink(app, deps);
  addUnlink(app, deps);
}

/** `GET /api/links`: the links of directory entries to local users. */
function addListLinks(app: App, deps: LinkOperations): void {
  app.get(
    '/api/links',
    route('viewer', {
      operationId: 'listLinks',
      summary:
        'List links of directory entries to users, also those that wait for confirmation or were refused',
      tags: ['access'],
      querystring: query,
      response: { 200: linksAnswer },
    }),
    async request => {
      const { cursor: after, user, ...filters } = request.query;
      return answerPage(await deps.list({ ...filters, username: user, after }));
    },
  );
}

/** `POST /api/users/{username}/link`: confirms or refuses a link. */
function addDecideLink(app: App, deps: LinkOperations): void {
  app.post(
    '/api/users/:username/link',
    route('admin', {
      operationId: 'decideLink',
      summary: 'Confirm or refuse the link of a directory entry to a user',
      tags: ['access'],
      problems: ['unknown_user', 'unknown_link', 'already_linked'],
      params: z.object({ username }),
      body: z.strictObject({
        directory,
        entry: z.uuid().meta({ description: 'The identity of the entry.' }),
        decision: z.enum(['confirm', 'refuse']),
        reason,
      }),
      response: { 200: decidedLink },
    }),
    async request => {
      const { username } = request.params;
      const { directory, entry, decision } = request.body;
      const by = callerOf(request).name;
      const run = await deps.decide({ ...request.body, username, by });
      request.log.info({ directory, entry, decision, run: run?.id, caller: by }, 'link decided');
      return answer(username, directory, run);
    },
  );
}

/** `POST /api/users/{username}/unlink`: removes the link of a user. */
function addUnlink(app: App, deps: LinkOperations): void {
  app.post(
    '/api/users/:username/unlink',
    route('admin', {
      operationId: 'unlinkUser',
      summary: 'Remove the link of a user to an entry of a directory, so that no run makes it again',
      tags: ['access'],
      problems: ['unknown_user', 'unknown_link'],
      params: z.object({ username }),
      body: z.strictObject({ directory, reason }),
      response: { 200: decidedLink },
    }),
    async request => {
      const { username } = request.params;
      const by = callerOf(request).name;
      const run = await deps.unlink({ ...request.body, username, by });
      const { directory } = request.body;
      request.log.info({ directory, run: run?.id, caller: by }, 'user unlinked');
      return answer(username, directory, run);
    },
  );
}

function answer(username: string, directory: string, run: Run | undefined) {
  return { username, directory, runId: run?.id ?? null };
}
