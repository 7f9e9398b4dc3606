/** Routes that list the groups and the unresolved members of a directory. */
import { z } from 'zod';
import type { OwnershipOperations } from '../../../model/operations/ownership.ts';
import type { App } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { id, pageLimit, text } from '../../schemas/inputs.ts';
import { directoryGroupsAnswer, listedState, unresolvedAnswer } from '../../schemas/ownership.ts';
import { answerPage, cursor, search } from '../../schemas/paging.ts';

const path = z.object({
  name: text(64).meta({ description: 'The name of a directory, which may no longer be configured.' }),
});

/** The sort key of groups: up to 64 characters of the name, which can be any characters, and the id. */
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
    .meta({ description: 'Only groups in this state. frozen: groups whose AccessGroup is frozen.' }),
});

const unresolvedQuery = z.strictObject({
  limit: pageLimit,
  cursor: cursor(z.tuple([z.int().min(0)])),
  search,
  group: id.optional().meta({ description: 'Only members of this AccessGroup.' }),
});

/** `GET /api/directories/{name}/groups`: the groups of a directory, their states, and what to do about each. */
export function addDirectoryGroups(app: App, deps: OwnershipOperations): void {
  app.get(
    '/api/directories/:name/groups',
    route('viewer', {
      operationId: 'listDirectoryGroups',
      summary: 'List the groups of a directory, with what to do about each state',
      tags: ['directories'],
      problems: ['unknown_directory'],
      params: path,
      querystring: groupsQuery,
      response: { 200: directoryGroupsAnswer },
    }),
    async request => {
      const directory = await knownDirectory(deps, request.params.name);
      const { cursor: after, ...filters } = request.query;
      return answerPage(await deps.listGroups(directory, { ...filters, after }));
    },
  );
}

/** `GET /api/directories/{name}/unresolved`: member values that do not match a usable local user, and why. */
export function addUnresolved(app: App, deps: OwnershipOperations): void {
  app.get(
    '/api/directories/:name/unresolved',
    route('viewer', {
      operationId: 'listUnresolved',
      summary: 'List member values that do not match a usable local user',
      tags: ['directories'],
      problems: ['unknown_directory'],
      params: path,
      querystring: unresolvedQuery,
      response: { 200: unresolvedAnswer },
    }),
    async request => {
      const directory = await knownDirectory(deps, request.params.name);
      const { cursor: after, ...filters } = request.query;
      return answerPage(await deps.listUnresolved(directory, { ...filters, after }));
    },
  );
}

async function knownDirectory(deps: OwnershipOperations, name: string): Promise<string> {
  if (await deps.knowsDirectory(name)) return name;
  throw new Problem('unknown_directory', `The directory ${JSON.stringify(name)} does not exist.`);
}
