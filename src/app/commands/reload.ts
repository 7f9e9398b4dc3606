/** Reloads the configuration while the process runs: completely, or not at all. */
import type { LoadedSettings } from '../../config/load-settings.ts';
import { changedKeys, shownValues } from '../../config/report/values.ts';
import { retryPassword } from '../../directory/connection/failover.ts';
import { ConfigError, messageOf } from '../../errors.ts';
import type { ConfigurationOperations, Reload, ReloadRequest } from '../../model/operations/configuration.ts';
import type { LastReload, ReloadCounts } from '../../model/status/health.ts';
import { recordReload } from '../../store/status/configuration.ts';
import type { AppContext } from '../context.ts';
import { judgeReload, requireNoRestart } from './judge-reload.ts';

type Loaded = Pick<LoadedSettings, 'settings' | 'values' | 'withSecretsOfNow'>;

/** The configuration of a process, and how to read it again. */
export interface Configuration {
  readonly loaded: Loaded;
  readonly load: () => Promise<Loaded>;
}

export interface Reloader extends ConfigurationOperations, AsyncDisposable {
  /**
   * Applies secrets whose files have changed, if they have the same content as at the last call: a file that is being
   * written never replaces a secret.
   */
  readonly rereadSecrets: () => Promise<void>;
}

type Context = Pick<AppContext, 'current' | 'db' | 'log' | 'servers'>;

/** What the reloads of one process share. */
interface State extends Context {
  /** The id of the process in the database. */
  readonly process: string;
  readonly load: Configuration['load'];
  running: Loaded;
  counts: ReloadCounts;
  isStopping: boolean;
  /** What the files with secrets contained at the last look: a configuration, or the reason why it is not valid. */
  seen: Loaded | string | undefined;
  /** `seen` was applied or refused. */
  isTried: boolean;
}

/** Disposing the result waits for the reload that is under way; later ones are refused. `process`: its id in the database. */
export function reloaderOf(
  { current, db, log, servers }: Context,
  { loaded, load }: Configuration,
  process: string,
): Reloader {
  const counts = { applied: 0, refused: 0, loadedAt: new Date() };
  const own = { running: loaded, counts, isStopping: false, seen: undefined, isTried: false };
  const state: State = { current, db, log, servers, process, load, ...own };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const answer = turn.then(work);
    turn = answer.catch(() => {});
    return answer;
  };
  return {
    reload: request => inTurn(() => reload(state, request)),
    rereadSecrets: () => inTurn(() => rereadSecrets(state)),
    counts: () => state.counts,
    async [Symbol.asyncDispose]() {
      state.isStopping = true;
      await turn;
    },
  };
}

async function reload(state: State, { by }: ReloadRequest): Promise<Reload> {
  const { db, running } = state;
  try {
    if (state.isStopping) throw new ConfigError(['the process is stopping']);
    const next = await state.load();
    await judgeReload(db, { running, next });
    const changed = changedKeys(running.values, next.values);
    // Before anything changes, so that no reload is without a record.
    await record(state, { by, changed, problems: [] }, next);
    await apply(state, next, { by, changed });
    return { outcome: 'applied', changed };
  } catch (error) {
    return refuse(state, by, error);
  }
}

async function rereadSecrets(state: State): Promise<void> {
  const before = state.seen;
  const seen = await state.running.withSecretsOfNow().catch(messageOf);
  state.seen = seen;
  if (!isSame(before, seen)) {
    state.isTried = false;
    if (typeof seen === 'string') state.log.warn({ reason: seen }, 'the secrets of before apply');
  } else if (typeof seen === 'object' && !state.isTried && !state.isStopping) {
    state.isTried = true;
    await applySecrets(state, seen);
  }
}

/** Not recorded first: a secret must also be used while PostgreSQL is away. */
async function applySecrets(state: State, next: Loaded): Promise<void> {
  const by = 'secrets';
  try {
    requireNoRestart(state.running, next);
    const changed = changedKeys(state.running.values, next.values);
    await apply(state, next, { by, changed });
    await record(state, { by, changed, problems: [] }, next).catch(warnOf(state));
  } catch (error) {
    await refuse(state, by, error);
  }
}

async function apply(
  state: State,
  next: Loaded,
  { by, changed }: Pick<LastReload, 'by' | 'changed'>,
): Promise<void> {
  for (const directory of next.settings.directories)
    if (changed.includes(`directories[${directory.name}].bindPassword`))
      retryPassword(directory, state.servers);
  state.running = next;
  state.counts = { ...state.counts, applied: state.counts.applied + 1, loadedAt: new Date() };
  if (changed.length > 0) await state.current.replace(next.settings);
  state.log.info({ by, changed }, 'the configuration was reloaded');
}

async function refuse(state: State, by: string, error: unknown): Promise<Reload> {
  const problems = error instanceof ConfigError ? error.problems : [messageOf(error)];
  state.counts = { ...state.counts, refused: state.counts.refused + 1 };
  state.log.error({ by, problems }, 'the configuration was not reloaded: the settings of before apply');
  await record(state, { by, changed: [], problems }).catch(warnOf(state));
  return { outcome: 'refused', problems };
}

function record({ db, process }: State, what: Omit<LastReload, 'at'>, next?: Loaded): Promise<void> {
  return recordReload(db, process, what, next && shownValues(next.values));
}

function warnOf({ log }: State): (error: unknown) => void {
  return error =>
    log.warn({ reason: messageOf(error) }, 'the reload of the configuration could not be recorded');
}

function isSame(one: Loaded | string | undefined, other: Loaded | string | undefined): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return changedKeys(one.values, other.values).length === 0;
}
