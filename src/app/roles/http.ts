/** The role http: serves the API and the console. */
import type { ProgressDependencies } from '../../http/ports/http.ts';
import { buildServer } from '../../http/server.ts';
import { openIdClient } from '../../oidc/client.ts';
import { newestCursor } from '../../store/audit/changes.ts';
import { listen } from '../../store/database/listen.ts';
import { getWaiting, listWaiting } from '../../store/runs/waiting.ts';
import { sessionsOf } from '../../store/sessions/sessions.ts';
import { VERSION } from '../../version.ts';
import type { AppContext } from '../context.ts';
import { linksOf } from '../links/links.ts';
import { accessOf } from '../operations/access.ts';
import { auditOf } from '../operations/audit.ts';
import { changesOf } from '../operations/changes.ts';
import { doubtsOf } from '../operations/doubts.ts';
import { manualOf } from '../operations/groups.ts';
import { ownershipOf } from '../operations/ownership.ts';
import { followRun, shareProgress } from '../operations/run-progress.ts';
import { enqueueStoredRun, runsOf } from '../operations/runs.ts';
import { watchHead } from '../operations/watch-head.ts';
import { probesOf, type ServingProcess } from './probes.ts';

/** Starts the role and resolves with its address. It listens until the stack is disposed. */
export async function startHttpRole(
  context: AppContext,
  process: ServingProcess,
  stack: AsyncDisposableStack,
): Promise<string> {
  const { current, db, log } = context;
  const head = stack.use(
    watchHead({ newest: () => newestCursor(db), listen: ring => listen(db, 'rollcall', ring), log }),
  );
  const server = buildServer({
    tokens: () => current.settings.http.tokens,
    trustedProxy: () => current.settings.http.trustedProxy,
    oidc: () => current.settings.http.oidc,
    openId: openIdClient(() => current.settings.http.oidc),
    sessions: sessionsOf(db, () => current.settings.http.oidc),
    publicUrl: () => current.settings.http.publicUrl,
    followTokens: changed =>
      current.follow((next, before) => {
        const wayIn = ({ http }: typeof next) => JSON.stringify([http.tokens, http.trustedProxy, http.oidc]);
        if (wayIn(next) !== wayIn(before)) changed();
      }),
    requestsPerMinute: () => current.settings.http.requestsPerMinute,
    version: VERSION,
    directories: () => current.settings.directories.map(({ name }) => name),
    board: context.queue.board,
    ...probesOf(context, process),
    reload: process.configuration.reload,
    ...runsOf(context),
    maxStreams: 500,
    reviewSessionsMs: 5_000,
    progress: progressOf(context),
    access: accessOf(context),
    audit: auditOf({ db, current }),
    changes: changesOf({ db, head, auditMs: () => current.settings.retention.auditMs }),
    manual: manualOf(db),
    ownership: ownershipOf({ current, db, send: run => enqueueStoredRun(context, run) }),
    doubts: doubtsOf({ current, db, send: run => enqueueStoredRun(context, run) }),
    links: linksOf({ current, db, send: run => enqueueStoredRun(context, run) }),
    waiting: { list: directory => listWaiting(db, directory), get: digest => getWaiting(db, digest) },
  });
  stack.adopt(server, opened => opened.close());
  const { host, port } = current.settings.http;
  return server.listen({ host, port });
}

/** Queries the database at most once a second for each run, for all watchers of this process. */
function progressOf({ db, log }: AppContext): ProgressDependencies {
  const follow = (run: number, signal: AbortSignal) => followRun(db, run, { everyMs: 1_000, signal });
  return { watch: shareProgress(follow, log) };
}
