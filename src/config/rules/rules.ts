/**
 * Rules over several keys. Each rule picks only the keys that it needs, so that a mistake elsewhere in the same block
 * does not hide its problem.
 */
import * as z from 'zod';
import type { Checks } from '../schema/injected-checks.ts';
import { itemsAt, keyText, type Path, type Place, type Problem, valueAt } from '../schema/problem.ts';
import { flag } from '../schema/values.ts';
import { bindKeys } from './bind.ts';
import { duplicateTargets } from './duplicate-targets.ts';
import { backLinks, globalCatalog } from './incomplete.ts';
import { plaintextWebhook } from './notify.ts';
import { oidc } from './oidc.ts';
import { pick } from './pick.ts';
import { applicationTables } from './table-rules.ts';
import { trustedProxy } from './trusted-proxy.ts';

/** The problems of all rules. `content`: the values of the file after substitution. */
export function ruleProblems(content: unknown, checks: Checks): Problem[] {
  const directories = itemsAt(content, ['directories']);
  const webhooks = itemsAt(content, ['notify', 'webhooks']);
  const redis = { path: ['redis'], value: valueAt(content, ['redis']) };
  return [
    ...applicationTables(content),
    ...certificateWithKey(redis),
    ...unusedTls(redis),
    ...duplicateNames(directories, 'directory'),
    ...duplicateNames(itemsAt(content, ['http', 'tokens']), 'token'),
    ...trustedProxy(content),
    ...oidc(content),
    ...duplicateNames(webhooks, 'webhook'),
    ...webhooks.flatMap(plaintextWebhook),
    ...directories.flatMap(directory => [
      ...plaintext(directory),
      ...bindName(directory, checks),
      ...bindKeys(directory),
      ...when(directory, checks),
      ...certificateWithKey(directory),
      ...secondServer(directory),
      ...globalCatalog(directory),
      ...backLinks(directory),
    ]),
    ...directories.flatMap(({ path }) => itemsAt(content, [...path, 'mappings'])).flatMap(owners),
    ...duplicateTargets(directories, checks),
  ];
}

function duplicateNames(places: readonly Place[], what: string): Problem[] {
  const first = new Map<string, Path>();
  return places.flatMap(({ path, value }) => {
    const name = pick({ name: z.string() }, value)?.name;
    const key = name?.toLowerCase() ?? keyText(path);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, path);
    const message = `is "${name}", the same as ${keyText([...(earlier ?? []), 'name'])}; each ${what} needs a unique name`;
    return earlier === undefined ? [] : { path: [...path, 'name'], message };
  });
}

function plaintext({ path, value }: Place): Problem[] {
  const found = pick(
    { urls: z.array(z.string()), startTls: flag().default(false), allowPlaintext: flag().default(false) },
    value,
  );
  if (found === undefined || found.startTls || found.allowPlaintext) return [];
  return found.urls.flatMap((url, index) =>
    url.toLowerCase().startsWith('ldap:')
      ? {
          path: [...path, 'urls', index],
          message:
            'would send the password unencrypted; use ldaps://, or startTls: true, or set allowPlaintext: true',
        }
      : [],
  );
}

function secondServer({ path, value }: Place): Problem[] {
  const found = pick({ urls: z.array(z.string()), secondOpinion: flag().default(false) }, value);
  if (found === undefined || !found.secondOpinion || new Set(found.urls).size > 1) return [];
  const message = 'requires a second server; add one to urls, or remove secondOpinion';
  return [{ path: [...path, 'secondOpinion'], message }];
}

/** Active Directory also accepts user@domain and DOMAIN\user in a bind (MS-ADTS 5.1.1.1.1). */
function bindName({ path, value }: Place, { dnProblem }: Checks): Problem[] {
  const found = pick({ bindDn: z.string().min(1), vendor: z.string().optional() }, value);
  const problem = found === undefined ? undefined : dnProblem(found.bindDn);
  if (found === undefined || problem === undefined) return [];
  if (found.vendor === 'activedirectory' && /^[^@\\]+[@\\][^@\\]+$/.test(found.bindDn)) return [];
  return [
    {
      path: [...path, 'bindDn'],
      message: `is not a DN: ${problem} (user@domain requires vendor: activedirectory)`,
    },
  ];
}

function when({ path, value }: Place, { scheduleProblem }: Checks): Problem[] {
  const found = pick(
    { schedule: z.string().default('* * * * *'), timezone: z.string().default('UTC') },
    value,
  );
  if (found === undefined) return [];
  const inUtc = scheduleProblem(found.schedule, 'UTC');
  if (inUtc !== undefined) return [{ path: [...path, 'schedule'], message: `is not a schedule: ${inUtc}` }];
  const message = scheduleProblem(found.schedule, found.timezone);
  return message === undefined ? [] : [{ path: [...path, 'timezone'], message }];
}

function certificateWithKey({ path, value }: Place): Problem[] {
  const tls = pick(
    { tls: z.object({ certFile: z.string().optional(), keyFile: z.string().optional() }) },
    value,
  )?.tls;
  if (tls === undefined || (tls.certFile === undefined) === (tls.keyFile === undefined)) return [];
  const [given, lacking] = tls.certFile === undefined ? ['keyFile', 'certFile'] : ['certFile', 'keyFile'];
  return [{ path: [...path, 'tls', given], message: `has no effect without ${lacking}; give both or none` }];
}

function unusedTls({ path, value }: Place): Problem[] {
  const found = pick({ url: z.string(), tls: z.looseObject({}) }, value);
  if (found === undefined || /^rediss:/i.test(found.url)) return [];
  return [{ path: [...path, 'tls'], message: 'has no effect without TLS; use rediss:// in redis.url' }];
}

/** Owner is the highest level, so the mapping has to confirm it with allowOwner. */
function owners({ path, value }: Place): Problem[] {
  const found = pick(
    { type: z.union([z.literal('owner'), z.literal(0)]), allowOwner: flag().default(false) },
    value,
  );
  if (found === undefined || found.allowOwner) return [];
  return [
    {
      path: [...path, 'type'],
      message: 'would make every member an owner of the team; to allow this, add allowOwner: true',
    },
  ];
}
