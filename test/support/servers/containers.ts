/** The test servers as containers, if a Docker engine is available. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { GenericContainer, getContainerRuntimeClient } from 'testcontainers';
import { binds } from '../../../dev/servers/directory.ts';
import { freePort } from '../../../dev/servers/port.ts';
import { pongs, type Redis } from '../../../dev/servers/redis.ts';
import { type Server, untilReady } from '../../../dev/servers/server.ts';
import {
  type Ldif,
  type Slapd,
  type SlapdOptions,
  slapdAccess,
  slapdEnvironment,
} from '../../../dev/servers/slapd.ts';

const openldapImage = 'rollcall-openldap:test';
const openldapFolder = fileURLToPath(new URL('../../../deploy/openldap', import.meta.url));

const runLabel = 'rollcall.test-run';

export async function dockerAnswers(): Promise<boolean> {
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** Removes all containers that the tests of that run started, including stopped ones. */
export async function removeContainers(run: string): Promise<void> {
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const left = await dockerode.listContainers({ all: true, filters: { label: [`${runLabel}=${run}`] } });
  await Promise.all(left.map(({ Id }) => dockerode.getContainer(Id).remove({ force: true, v: true })));
}

export async function buildOpenldap(): Promise<void> {
  await GenericContainer.fromDockerfile(openldapFolder).build(openldapImage, { deleteOnExit: false });
}

/** PostgreSQL on a memory disk. `url` is that of the database `postgres`, as its owner. */
export async function postgresContainer(): Promise<AsyncDisposable & { url: string }> {
  const started = await new GenericContainer('postgres:17')
    .withEnvironment({ POSTGRES_USER: 'rollcall', POSTGRES_PASSWORD: 'rollcall' })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'])
    .withTmpFs({ '/var/lib/postgresql/data': 'rw' })
    .withExposedPorts(5432)
    .start();
  const url = `postgres://rollcall:rollcall@${started.getHost()}:${started.getMappedPort(5432)}/postgres`;
  return Object.assign(started, { url });
}

/** As startRedis in dev/servers. */
export async function redisContainer(): Promise<Redis> {
  const port = await freePort();
  const server = await containerServer(
    new GenericContainer('redis:7').withExposedPorts({ container: 6379, host: port }),
    () => pongs(port),
  );
  return Object.assign(server, { port, url: `redis://127.0.0.1:${port}` });
}

/** As startSlapd in dev/servers; `folder` is not used. */
export async function slapdContainer(options: SlapdOptions): Promise<Slapd> {
  const access = slapdAccess(await freePort(), options);
  const make = async (ldif: Ldif) => {
    const container = new GenericContainer(openldapImage)
      .withEnvironment(slapdEnvironment(access, options))
      .withCopyContentToContainer([{ content: await ldifText(ldif), target: '/ldif/organisation.ldif' }])
      .withExposedPorts({ container: 1389, host: access.port });
    return containerServer(container, () => binds(access));
  };
  let server = await make(options.ldif);
  return {
    ...access,
    secureUrl: '',
    socketUrl: '',
    start: () => server.start(),
    stop: () => server.stop(),
    restart: () => server.restart(),
    kill: () => server.kill(),
    load: async ldif => {
      await server[Symbol.asyncDispose]();
      server = await make(ldif);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The container's ports need fixed ports of the host, because random ones would change with every start. */
async function containerServer(container: GenericContainer, ready: () => Promise<boolean>): Promise<Server> {
  const labels = { [runLabel]: process.env['ROLLCALL_TEST_RUN'] ?? '' };
  const started = await container.withAutoRemove(false).withLabels(labels).start();
  const handle = (await getContainerRuntimeClient()).container.getById(started.getId());
  await untilReady(ready);
  const server: Server = {
    start: async () => {
      await handle.start();
      await untilReady(ready);
    },
    stop: async () => {
      await handle.stop({ t: 20 });
    },
    kill: async () => {
      await handle.kill({ signal: 'SIGKILL' });
      await handle.wait();
    },
    restart: async () => {
      await server.stop();
      await server.start();
    },
    [Symbol.asyncDispose]: async () => {
      await handle.remove({ force: true, v: true });
    },
  };
  return server;
}

async function ldifText(ldif: Ldif): Promise<string> {
  if (typeof ldif === 'string') return ldif;
  return 'file' in ldif ? readFile(ldif.file, 'utf8') : ldif.join('\n');
}
