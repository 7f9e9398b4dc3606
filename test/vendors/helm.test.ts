/** The chart in deploy/helm, rendered by Helm and compared with the types of the Kubernetes API. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { installKubernetes, kubernetesFolder } from '../../dev/install/kubernetes.ts';
import { callCommand } from '../support/given/installation.ts';

const CHART = 'deploy/helm';
const run = promisify(execFile);

const config = {
  database: { url: 'postgres://rollcall@db:5432/rollcall' },
  redis: { url: 'redis://redis:6379/0' },
  directories: [
    {
      name: 'corp',
      vendor: 'openldap',
      urls: ['ldaps://ldap.example.com'],
      bindDn: 'cn=rollcall,dc=example,dc=com',
      bindPassword: `\${BIND_PASSWORD}`,
      schedule: '*/15 * * * *',
      users: { baseDn: 'ou=people,dc=example,dc=com', filter: '(objectClass=inetOrgPerson)' },
      groups: { baseDn: 'ou=groups,dc=example,dc=com', filter: '(objectClass=groupOfNames)' },
      mappings: [{ team: 'platform', name: '{cn}' }],
    },
  ],
};

const SMALL = { config };
const LARGE = {
  config,
  secretName: 'rollcall',
  caConfigMapName: 'company-ca',
  env: [{ name: 'BIND_PASSWORD', valueFrom: { secretKeyRef: { name: 'rollcall', key: 'bind' } } }],
  deployments: {
    http: { roles: ['http'], replicas: 2 },
    worker: { roles: ['scheduler', 'worker'], replicas: 3 },
  },
  migrate: { database: { url: 'postgres://rollcall_owner@db:5432/rollcall' } },
  ingress: { enabled: true, className: 'nginx', host: 'rollcall.example.com', tlsSecretName: 'tls' },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  podAnnotations: { 'example.com/owner': 'identity' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
};
const CRON = { config, mode: 'cron', cron: { schedule: '*/5 * * * *', timeZone: 'Europe/Berlin' } };

const anObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
type Rendered = z.infer<typeof anObject>;

async function render(values: object): Promise<Rendered[]> {
  const folder = await mkdtemp(join(kubernetesFolder, 'values-'));
  const file = join(folder, 'values.yaml');
  await writeFile(file, stringify(values));
  const helm = await installKubernetes();
  const { stdout } = await run(helm, ['template', 'demo', CHART, '--values', file]);
  await run(helm, ['lint', CHART, '--strict', '--values', file]);
  return parseAllDocuments(stdout)
    .map(document => document.toJS())
    .filter(document => document !== null)
    .map(document => anObject.parse(document));
}

/** A TypeScript module that does not compile if an object has an unknown field, or a field of another type. */
function moduleOf(objects: readonly Rendered[]): string {
  return objects
    .filter(({ apiVersion }) => !apiVersion.includes('coreos.com'))
    .map(({ apiVersion, kind, ...rest }, at) => {
      const text = JSON.stringify({ apiVersion, kind, ...rest }, null, 2);
      return `import type { I${kind} as Kind${at} } from 'kubernetes-models/${apiVersion}';\nexport const object${at}: Kind${at} = ${text};`;
    })
    .join('\n');
}

function kinds(objects: readonly Rendered[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
}

describe('deploy/helm', () => {
  beforeAll(async () => {
    await installKubernetes();
  }, 180_000);

  it('renders objects of the Kubernetes API, without an unknown field', async () => {
    const all = (await Promise.all([SMALL, LARGE, CRON].map(render))).flat();
    const file = join(kubernetesFolder, 'rendered.ts');
    await writeFile(file, moduleOf(all));
    const flags = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
    ];
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '--ignoreConfig', ...flags, file]).catch(
      (error: { stdout: string }) => expect.fail(error.stdout),
    );
  });

  it('has one deployment by default, and the parts that a larger installation asks for', async () => {
    expect(kinds(await render(SMALL))).toEqual([
      'ConfigMap demo-rollcall',
      'ConfigMap demo-rollcall-migrate',
      'Deployment demo-rollcall-all',
      'Job demo-rollcall-migrate',
      'NetworkPolicy demo-rollcall',
      'Service demo-rollcall',
      'ServiceAccount demo-rollcall',
      'ServiceAccount demo-rollcall-migrate',
    ]);
    expect(kinds(await render(LARGE))).toEqual(
      expect.arrayContaining([
        'Deployment demo-rollcall-http',
        'Deployment demo-rollcall-worker',
        'Ingress demo-rollcall',
        'PodDisruptionBudget demo-rollcall-http',
        'PodDisruptionBudget demo-rollcall-worker',
        'ServiceMonitor demo-rollcall',
      ]),
    );
    const cron = kinds(await render(CRON));
    expect(cron).toContain('CronJob demo-rollcall');
    expect(cron.join()).not.toMatch(/Deployment|Service demo/);
  });

  it('gives every pod what the restricted level of the pod security standards asks for', async () => {
    for (const object of (await Promise.all([SMALL, LARGE, CRON].map(render))).flat()) {
      if (!/^(Deployment|Job|CronJob)$/.test(object.kind)) continue;
      const text = JSON.stringify(object);
      expect(text).toContain('"runAsNonRoot":true');
      expect(text).toContain('"seccompProfile":{"type":"RuntimeDefault"}');
      expect(text).toContain('"allowPrivilegeEscalation":false');
      expect(text).toContain('"capabilities":{"drop":["ALL"]}');
      expect(text).toContain('"readOnlyRootFilesystem":true');
      expect(text).toContain('"automountServiceAccountToken":false');
    }
  });

  it('migrates with the owner, and stores configurations that Rollcall accepts', async () => {
    const maps = (await render(LARGE)).filter(({ kind }) => kind === 'ConfigMap');
    const owners: Record<string, string> = {};
    for (const map of maps) {
      const { data } = z.looseObject({ data: z.object({ 'rollcall.yaml': z.string() }) }).parse(map);
      const file = join(kubernetesFolder, `${map.metadata.name}.yaml`);
      await writeFile(file, data['rollcall.yaml']);
      const answer = await callCommand(
        { ROLLCALL_CONFIG: file, BIND_PASSWORD: 'secret' },
        'config',
        'validate',
      );
      expect(answer, answer.stderr).toMatchObject({ code: 0 });
      owners[map.metadata.name] = /postgres:\/\/(\w+)@/.exec(data['rollcall.yaml'])?.[1] ?? '';
    }
    expect(owners).toEqual({ 'demo-rollcall': 'rollcall', 'demo-rollcall-migrate': 'rollcall_owner' });
  });

  it('renders the values of docs/kubernetes.md', async () => {
    const text = await readFile('docs/kubernetes.md', 'utf8');
    const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
    const values = z.looseObject({ secretName: z.literal('rollcall') }).parse(parse(block));
    expect(kinds(await render(values))).toContain('Deployment demo-rollcall-all');
  });

  it('refuses values that it does not know', async () => {
    await expect(render({ config, deployment: {} })).rejects.toThrow(/deployment/);
    await expect(render({ config: { http: { port: 8080 } } })).rejects.toThrow(/database/);
  });
});
