/** The rules of `http.trustedProxy`: users can sign in, and each name and group has one meaning. */
import * as z from 'zod';
import { type Problem, valueAt } from '../schema/problem.ts';
import { pick } from './pick.ts';

const PATH = ['http', 'trustedProxy'];
const groups = z.array(z.string()).default([]);

/** The problems of `http.trustedProxy`. */
export function trustedProxy(content: unknown): Problem[] {
  const value = valueAt(content, PATH);
  return [...roles(value), ...headers(value)];
}

function roles(value: unknown): Problem[] {
  const found = pick(
    { roles: z.object({ admin: groups, viewer: groups }), separator: z.string().min(1).default(',') },
    value,
  );
  if (found === undefined) return [];
  const { admin, viewer } = found.roles;
  if (admin.length + viewer.length === 0) {
    return [{ path: [...PATH, 'roles'], message: 'has no group, so no user could sign in; list groups' }];
  }
  const message = `contains the separator ${JSON.stringify(found.separator)}, so no user can be in it; choose another separator`;
  return Object.entries({ admin, viewer }).flatMap(([role, names]) =>
    names.flatMap((name, index) =>
      name.includes(found.separator) ? [{ path: [...PATH, 'roles', role, index], message }] : [],
    ),
  );
}

function headers(value: unknown): Problem[] {
  const found = pick({ userHeader: z.string(), groupsHeader: z.string() }, value);
  if (found === undefined || found.userHeader.toLowerCase() !== found.groupsHeader.toLowerCase()) return [];
  return [
    { path: [...PATH, 'groupsHeader'], message: 'is the same as userHeader; give each its own header' },
  ];
}
