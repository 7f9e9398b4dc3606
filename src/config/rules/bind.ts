/** Checks the credentials of a directory: either bindDn with a password, or bind: external. */
import * as z from 'zod';
import type { Place, Problem } from '../schema/problem.ts';
import { flag } from '../schema/values.ts';
import { pick } from './pick.ts';

const KEYS = {
  bind: z.string().default('simple'),
  bindDn: z.unknown().optional(),
  bindPassword: z.unknown().optional(),
  bindPasswordFile: z.unknown().optional(),
  urls: z.array(z.string()).default([]),
  startTls: flag().default(false),
  allowPlaintext: flag().default(false),
  tls: z.object({ certFile: z.unknown().optional() }).default({ certFile: undefined }),
};

type Found = z.output<z.ZodObject<typeof KEYS>>;

/** `bind: simple` requires bindDn. `external` forbids it, and requires a client certificate except on ldapi://. */
export function bindKeys({ path, value }: Place): Problem[] {
  const found = pick(KEYS, value);
  if (found === undefined) return [];
  if (found.bind !== 'external') {
    return found.bindDn === undefined ? [{ path: [...path, 'bindDn'], message: MISSING }] : [];
  }
  return [...superfluous(found, path), ...withoutCertificate(found, path)];
}

function superfluous(found: Found, path: Place['path']): Problem[] {
  const keys = ['bindDn', 'bindPassword', 'bindPasswordFile'] as const;
  return keys
    .filter(key => found[key] !== undefined)
    .map(key => ({
      path: [...path, key],
      message: 'has no effect with bind: external; remove one of the two',
    }));
}

function withoutCertificate({ urls, startTls, allowPlaintext, tls }: Found, path: Place['path']): Problem[] {
  return urls.flatMap((url, index) => {
    const place = [...path, 'urls', index];
    if (/^ldapi:/i.test(url)) return [];
    // Without allowPlaintext, another rule refuses the URL.
    if (/^ldap:/i.test(url) && !startTls)
      return allowPlaintext ? [{ path: place, message: UNENCRYPTED }] : [];
    return tls.certFile === undefined ? [{ path: place, message: NO_CERTIFICATE }] : [];
  });
}

const MISSING = 'is missing; give the DN of the account that reads the directory, or set bind: external';
const UNENCRYPTED =
  'cannot present the client certificate that bind: external requires; use ldaps://, or startTls: true';
const NO_CERTIFICATE = 'would bind anonymously: bind: external requires tls.certFile and tls.keyFile';
