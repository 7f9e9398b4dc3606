/** Routes that list members in doubt and decide about them. */
import { z } from 'zod';
import type { DoubtOperations } from '../../../model/operations/doubts.ts';
import type { App } from '../../ports/http.ts';
import { callerOf } from '../../protocol/auth.ts';
import { route } from '../../protocol/route.ts';
import { doubtDecision, doubtKind, doubtsAnswer } from '../../schemas/doubt.ts';
import { id, pageLimit, reason, text } from '../../schemas/inputs.ts';
import { answerPage, cursor, username } from '../../schemas/paging.ts';
import { runWithLocation } from '../../schemas/run.ts';

const name = text(128);

const query = z.strictObject({
  directory: text(64).optional().meta({ description: 'Only members of groups of this directory.' }),
  kind: doubtKind.optional().meta({ description: 'Only doubts of this kind.' }),
  group: id.optional().meta({ description: 'Only members of this AccessGroup.' }),
  user: username.optional().meta({ description: 'Only doubts about this user.' }),
  limit: pageLimit,
  cursor: cursor(z.tuple([name, name, name])),
});

const path = z.object({ id: id.meta({ description: 'The id of an AccessGroup.' }), username });

const kept = z
  .object({ accessGroupId: z.int(), username: z.string(), decision: doubtDecision })
  .meta({ description: 'The member stays.' });

const accepted = runWithLocation(
  'The queued run that removes the member, unless the facts of the doubt change first.',
);

/** Adds the routes about members in doubt. */
export function addDoubtRoutes(app: App, deps: DoubtOperations): void {
  addListDoubts(app, deps);
  addDecideDoubt(app, deps);
}

/** `GET /api/doubts`: members who stay because the directory does not prove that they left. */
function addListDoubts(app: App, deps: DoubtOperations): void {
  app.get(
    '/api/doubts',
    route('viewer', {
      operationId: 'listDoubts',
      summary: 'List members in doubt, with what to do about each kind of doubt',
      tags: ['doubts'],
      querystring: query,
      response: { 200: doubtsAnswer },
    }),
    async request => {
      const { directory, cursor: after, ...filters } = request.query;
      const directories = directory === undefined ? undefined : [directory];
      return answerPage(await deps.list({ ...filters, after, directories }));
    },
  );
}

/** `POST /api/groups/{id}/doubts/{username}`: decides about a member in doubt. */
function addDecideDoubt(app: App, deps: DoubtOperations): void {
  app.post(
    '/api/groups/:id/doubts/:username',
    route('admin', {
      operationId: 'decideDoubt',
      summary: 'Keep or remove a member in doubt',
      tags: ['doubts'],
      problems: [
        'unknown_group',
        'unknown_doubt',
        'already_decided',
        'frozen_group',
        'directory_not_configured',
      ],
      params: path,
      body: z.strictObject({ decision: doubtDecision, reason }),
      response: { 200: kept, 202: accepted },
    }),
    async (request, reply) => {
      const { id: accessGroupId, username } = request.params;
      const { decision } = request.body;
      const by = callerOf(request).name;
      const queued = await deps.decide({ ...request.body, accessGroupId, usernames: [username], by });
      request.log.info({ group: accessGroupId, decision, run: queued?.id, caller: by }, 'doubt decided');
      if (queued === undefined) return reply.code(200).send({ accessGroupId, username, decision });
      return reply.code(202).header('location', `/api/runs/${queued.id}`).send(queued);
    },
  );
}
