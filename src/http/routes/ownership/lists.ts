import { z } from 'zod';
import type { OwnershipDeps } from '../../deps/ownership.ts';
import type { App } from '../../deps.ts';
import { Problem } from '../../problems.ts';
import { pageLimit, text } from '../../schemas/inputs.ts';
import { answerPage, cursor, search } from '../../schemas/inputs-access.ts';
import { directoryGroupsAnswer, listedState, unresolvedAnswer } from '../../schemas/ownership.ts';

const path = z.object({
  name: text(64).meta({ description: "A directory's name, configured or not any more." }),
});

/** What groups are sorted by: up to 64 characters of the name, which may be any, and the id. */
const groupKey = z.tuple([
  z
    .string()
    .max(128)
    .regex(/^[^\0]*$/),
  z.guid(),
]);

const groupsQuery = z.strictObject({
  limit: pageLimit,
  cursor: cursor(groupKey),
  search,
  state: z
    .enum([...listedState.options, 'frozen'])
    .optional()
    .meta({ description: 'Only groups in this state; frozen: whose AccessGroup a person froze.' }),
});

const unresolvedQuery = z.strictObject({
  limit: pageLimit,
  cursor: cursor(z.tuple([z.int().min(0)])),
  search,
});

/** `GET /api/directories/{name}/groups`: what became of each group of a directory, and what to do about it. */
export function addDirectoryGroups(app: App, deps: OwnershipDeps): void {
  app.get(
    '/api/directories/:name/groups',
    {
      config: { access: 'viewer', problems: ['unknown_directory', 'unavailable'] },
      schema: {
        operationId: 'listDirectoryGroups',
        summary: 'The groups of a directory, by name, with the way out of every state',
        tags: ['directories'],
        params: path,
        querystring: groupsQuery,
        response: { 200: directoryGroupsAnswer },
      },
    },
    async request => {
      const directory = await knownDirectory(deps, request.params.name);
      const { cursor: after, ...filters } = request.query;
      return answerPage(await deps.listGroups(directory, { ...filters, after }));
    },
  );
}

/** `GET /api/directories/{name}/unresolved`: members who are nobody here, and why. */
export function addUnresolved(app: App, deps: OwnershipDeps): void {
  app.get(
    '/api/directories/:name/unresolved',
    {
      config: { access: 'viewer', problems: ['unknown_directory', 'unavailable'] },
      schema: {
        operationId: 'listUnresolved',
        summary: 'Member values that lead to no usable local user',
        tags: ['directories'],
        params: path,
        querystring: unresolvedQuery,
        response: { 200: unresolvedAnswer },
      },
    },
    async request => {
      const directory = await knownDirectory(deps, request.params.name);
      const { cursor: after, ...filters } = request.query;
      return answerPage(await deps.listUnresolved(directory, { ...filters, after }));
    },
  );
}

async function knownDirectory(deps: OwnershipDeps, name: string): Promise<string> {
  if (await deps.knowsDirectory(name)) return name;
  throw new Problem('unknown_directory', `No directory is called ${JSON.stringify(name)}.`);
}
