/** Routes that list the groups, the unresolved members and the drift in shadow of a directory. */
import { z } from 'zod';
import type { OwnershipOperations } from '../../../model/operations/ownership.ts';
import type { App } from '../../ports/http.ts';
import { Problem } from '../../protocol/problems.ts';
import { route } from '../../protocol/route.ts';
import { id, pageLimit, stored, text } from '../../schemas/inputs.ts';
import {
  directoryGroupsAnswer,
  listedState,
  shadowAnswer,
  shadowMembersAnswer,
  unresolvedAnswer,
} from '../../schemas/ownership.ts';
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

const shadowQuery = {
  limit: pageLimit,
  search: text(200).optional().meta({ description: 'Part of TEAM/NAME or of a username to search.' }),
};

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

/** `GET /api/directories/{name}/shadow`: what a run would do to the groups in shadow. */
export function addShadow(app: App, deps: OwnershipOperations): void {
  app.get(
    '/api/directories/:name/shadow',
    route('viewer', {
      operationId: 'listShadow',
      summary: 'List what a run would do to the groups whose mapping is in shadow',
      tags: ['directories'],
      problems: ['unknown_directory'],
      params: path,
      querystring: z.strictObject({ ...shadowQuery, cursor: cursor(z.tuple([stored])) }),
      response: { 200: shadowAnswer },
    }),
    async request => {
      const directory = await knownDirectory(deps, request.params.name);
      const { cursor: after, ...filters } = request.query;
      return answerPage(await deps.listShadow(directory, { ...filters, after }));
    },
  );
}

/** `GET /api/directories/{name}/shadow/members`: the users whom that run would add and remove. */
export function addShadowMembers(app: App, deps: OwnershipOperations): void {
  app.get(
    '/api/directories/:name/shadow/members',
    route('viewer', {
      operationId: 'listShadowMembers',
      summary: 'List the users whom a run would add to groups in shadow, or remove from them',
      tags: ['directories'],
      problems: ['unknown_directory'],
      params: path,
      querystring: z.strictObject({ ...shadowQuery, cursor: cursor(z.tuple([stored, text(10), text(150)])) }),
      response: { 200: shadowMembersAnswer },
    }),
    async request => {
      const directory = await knownDirectory(deps, request.params.name);
      const { cursor: after, ...filters } = request.query;
      return answerPage(await deps.listShadowMembers(directory, { ...filters, after }));
    },
  );
}

async function knownDirectory(deps: OwnershipOperations, name: string): Promise<string> {
  if (await deps.knowsDirectory(name)) return name;
  throw new Problem('unknown_directory', `The directory ${JSON.stringify(name)} does not exist.`);
}
