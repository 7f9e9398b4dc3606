/** Reloads the configuration while the process runs: completely, or not at all. */
import type { LoadedSettings } from '../../config/load-settings.ts';
import { changedKeys } from '../../config/report/values.ts';
import { ConfigError, messageOf } from '../../errors.ts';
import type { Reload, ReloadRequest } from '../../model/operations/configuration.ts';
import type { AppContext } from '../context.ts';
import { judgeReload } from './judge-reload.ts';

/** The configuration of a process, and how to read it again. */
export interface Configuration {
  readonly loaded: LoadedSettings;
  readonly load: () => Promise<LoadedSettings>;
}

export interface Reloader extends AsyncDisposable {
  /** Reads and judges the file, and applies it if it has no problem. Never throws. Reloads do not overlap. */
  readonly reload: (request: ReloadRequest) => Promise<Reload>;
}

/** Disposing the result waits for the reload that is under way; later ones are refused. */
export function reloaderOf(
  { current, db, log }: Pick<AppContext, 'current' | 'db' | 'log'>,
  { loaded, load }: Configuration,
): Reloader {
  let running = loaded;
  let turn: Promise<unknown> = Promise.resolve();
  let isStopping = false;

  async function reload({ by }: ReloadRequest): Promise<Reload> {
    try {
      if (isStopping) throw new ConfigError(['the process is stopping']);
      const next = await load();
      await judgeReload(db, { running, next });
      const changed = changedKeys(running.values, next.values);
      running = next;
      if (changed.length > 0) await current.replace(next.settings);
      log.info({ by, changed }, 'the configuration was reloaded');
      return { outcome: 'applied', changed };
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [messageOf(error)];
      log.error({ by, problems }, 'the configuration was not reloaded: the settings of before apply');
      return { outcome: 'refused', problems };
    }
  }
  return {
    reload(request) {
      const answer = turn.then(() => reload(request));
      turn = answer;
      return answer;
    },
    async [Symbol.asyncDispose]() {
      isStopping = true;
      await turn;
    },
  };
}
