/** The background service: starts its roles, and drains them on shutdown. */
import { shownValues } from '../../config/report/values.ts';
import { ConfigError, messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Role, Settings } from '../../model/settings.ts';
import { openQueue } from '../../queue/task-queue.ts';
import { recordConfiguration, takeReloadRequest } from '../../store/status/configuration.ts';
import { VERSION } from '../../version.ts';
import { type AppContext, processContext } from '../context.ts';
import { currentSettings } from '../current-settings.ts';
import { openRecords, requireTables } from '../operations/database.ts';
import { every } from '../roles/every.ts';
import { startHttpRole } from '../roles/http.ts';
import { startLive } from '../roles/live.ts';
import { startProbes } from '../roles/probes.ts';
import { startReports } from '../roles/report.ts';
import { startSchedulerRole } from '../roles/scheduler.ts';
import { startWorkerRole } from '../roles/worker.ts';
import { DEFAULT_TIMINGS, type Timings } from '../timings.ts';
import { type Configuration, type Reloader, reloaderOf } from './reload.ts';
import { requireIdAttributes } from './require-id-attribute.ts';

/** How often files with secrets are read again. */
const SECRETS_MS = 5_000;
/** How often a process looks whether `rollcall config reload` asks it to reload. */
const REQUESTS_MS = 2_000;

export interface Service extends AsyncDisposable {
  /** The URL of the console; undefined without the role http. */
  readonly url: string | undefined;
  readonly reload: Reloader['reload'];
  /** Accepts no more work, finishes current work, and closes everything in reverse order. Idempotent. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly roles: readonly Role[];
  readonly log: Log;
  readonly timings?: Timings;
  /** Where the settings are from. Without it, they cannot be reloaded. */
  readonly configuration?: Configuration;
}

/**
 * Starts the roles. Throws UnavailableError if the database or the queue does not answer or the schema is not up to
 * date. Throws ConfigError if the identity attribute of a directory differs from the one that its links use.
 */
export async function serve(
  settings: Settings,
  { roles, log, timings = DEFAULT_TIMINGS, configuration }: ServeOptions,
): Promise<Service> {
  await using stack = new AsyncDisposableStack();
  const { db, installation } = stack.use(await openRecords(settings));
  await requireTables(db, settings);
  await requireIdAttributes(db, settings);
  const queue = stack.adopt(await openQueue({ ...settings, installation }, log), opened => opened.close());
  const current = currentSettings(settings);
  const context = processContext({ current, db, queue, installation, log, timings });
  const process = await startReports(context, roles, stack);
  const reloader = reloaderOf(context, configuration ?? withoutFile(settings), process.id);
  const served = { ...process, configuration: reloader };
  const url = roles.includes('http') ? await startHttpRole(context, served, stack) : undefined;
  if (url === undefined) await startProbes(context, served, stack);
  if (roles.includes('worker')) {
    stack.use(await startWorkerRole(context));
    stack.use(startLive(context));
  }
  if (roles.includes('scheduler')) startSchedulerRole(context, stack);
  stack.use(
    current.follow(next => {
      log.level = next.log.level;
    }),
  );
  if (configuration !== undefined) await followFile(context, { configuration, reloader, process }, stack);
  log.info({ roles, url, version: VERSION }, 'rollcall is running');
  const kept = stack.move();
  const stop = () => kept.disposeAsync();
  return { url, stop, reload: reloader.reload, [Symbol.asyncDispose]: stop };
}

/** Records the configuration of the process, and reads its secrets again, until the stack is disposed. */
async function followFile(
  { db, log }: AppContext,
  {
    configuration,
    reloader,
    process,
  }: { configuration: Configuration; reloader: Reloader; process: { readonly id: string } },
  stack: AsyncDisposableStack,
): Promise<void> {
  await recordConfiguration(db, process.id, shownValues(configuration.loaded.values)).catch(error =>
    log.warn({ reason: messageOf(error) }, 'the configuration could not be recorded'),
  );
  const failure = 'the files with secrets could not be read again';
  stack.use(reloader);
  stack.use(every(SECRETS_MS, reloader.rereadSecrets, { log, failure }));
  const reloadIfAsked = async () => {
    const by = await takeReloadRequest(db, process.id);
    if (by !== undefined) await reloader.reload({ by });
  };
  const unread = 'requests to reload the configuration could not be read; will retry';
  stack.use(every(REQUESTS_MS, reloadIfAsked, { log, failure: unread }));
}

function withoutFile(settings: Settings): Configuration {
  return {
    loaded: { settings, values: new Map(), withSecretsOfNow: async () => undefined },
    load: () => Promise.reject(new ConfigError(['the settings are not from a file'])),
  };
}
