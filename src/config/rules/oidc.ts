/** The rules of `http.oidc`: users can sign in, and no code or cookie is sent without encryption. */
import * as z from 'zod';
import { type Problem, valueAt } from '../schema/problem.ts';
import { isPlaintext } from './notify.ts';
import { pick } from './pick.ts';

const PATH = ['http', 'oidc'];
const groups = z.array(z.string()).default([]);

/** The problems of `http.oidc`. */
export function oidc(content: unknown): Problem[] {
  const value = valueAt(content, PATH);
  if (value === undefined) return [];
  return [...addresses(content, value), ...roles(value), ...scopes(value), ...otherWay(content)];
}

function addresses(content: unknown, value: unknown): Problem[] {
  const publicUrl = valueAt(content, ['http', 'publicUrl']);
  const issuer = valueAt(value, ['issuer']);
  const problems: Problem[] = [];
  if (publicUrl === undefined) {
    problems.push({ path: PATH, message: 'requires http.publicUrl, to which the provider sends users back' });
  } else if (typeof publicUrl === 'string' && isPlaintext(publicUrl)) {
    const message =
      'would send the cookies of http.oidc unencrypted; use https:// (http:// only for this machine)';
    problems.push({ path: ['http', 'publicUrl'], message });
  }
  if (typeof issuer === 'string' && isPlaintext(issuer)) {
    const message = 'would send the secret unencrypted; use https:// (http:// only for this machine)';
    problems.push({ path: [...PATH, 'issuer'], message });
  }
  return problems;
}

function roles(value: unknown): Problem[] {
  const found = pick({ roles: z.object({ admin: groups, viewer: groups }) }, value)?.roles;
  if (found === undefined || found.admin.length + found.viewer.length > 0) return [];
  return [{ path: [...PATH, 'roles'], message: 'has no group, so no user could sign in; list groups' }];
}

function scopes(value: unknown): Problem[] {
  const found = pick({ scopes: z.array(z.string()) }, value)?.scopes;
  if (found === undefined || found.includes('openid')) return [];
  return [{ path: [...PATH, 'scopes'], message: 'does not contain openid; add it' }];
}

/** One request could otherwise have two users. */
function otherWay(content: unknown): Problem[] {
  if (valueAt(content, ['http', 'trustedProxy']) === undefined) return [];
  return [{ path: PATH, message: 'is given together with http.trustedProxy; keep one of the two' }];
}
