/** Explains a membership or an access: with facts from the database and, on request, from the directory. */
import { type MemberPath, readPath } from '../../directory/read/read-path.ts';
import { messageOf, UsageError } from '../../errors.ts';
import type { Explanation, GroupDetail, Question } from '../../model/access.ts';
import type { ShadowFacts } from '../../model/explanation.ts';
import type { DirectorySettings, Settings } from '../../model/settings.ts';
import { explainAccess, explainMembership } from '../../plan/explain/explain.ts';
import { explainUncreated } from '../../plan/explain/shadow-steps.ts';
import { shadowLabels } from '../../plan/shadow.ts';
import type { Database } from '../../store/database/database.ts';
import { accessFacts } from '../../store/queries/access-facts.ts';
import { getGroup, groupNamed } from '../../store/queries/groups.ts';
import { membershipFacts, type StoredFacts } from '../../store/queries/membership-facts.ts';
import { shadowOfUser, uncreatedGroup } from '../../store/shadow/list.ts';
import { askDirectory } from '../live-questions.ts';

/** Long enough to read a group with all users of a directory, short enough for a user who waits for a page. */
const LIVE_TIMEOUT_MS = 20_000;
const BUSY = 'the directory answers too many live questions of other callers; try again';

interface ExplainContext {
  readonly db: Database;
  readonly current: { readonly settings: Pick<Settings, 'directories'> };
}

/**
 * Answers the question from the database. With `live`, also queries the directory for the path through nested groups;
 * if that fails, the explanation says so. Throws RefusedError if the group or project does not exist.
 */
export async function explain(
  { db, current }: ExplainContext,
  { user: username, team, group, project }: Question,
  { live }: { readonly live: boolean },
): Promise<Explanation> {
  if (project !== undefined) {
    const facts = await accessFacts(db, username, { team, project });
    return explainAccess({ ...facts, username, team, project });
  }
  if (group === undefined) throw new UsageError('name either a group or a project');
  const uncreated = await uncreatedGroup(db, team, group);
  if (uncreated !== undefined) {
    const change = await shadowOfUser(db, { ...uncreated, id: undefined }, username);
    return explainUncreated(username, uncreated, { mapping: uncreated.mapping, change });
  }
  const detail = await getGroup(db, await groupNamed(db, team, group));
  const directory = current.settings.directories.find(({ name }) => name === detail.directory);
  const facts = await membershipFacts(db, username, detail, directory?.protect ?? []);
  const path = live && directory !== undefined ? await ask(directory, detail, username, facts) : undefined;
  const graceMs = directory?.graceMs ?? 0;
  const shadow = directory && (await shadowFacts(db, directory, detail, username));
  return explainMembership({ ...facts, username, group: detail, graceMs, path, shadow });
}

async function shadowFacts(
  db: Database,
  directory: DirectorySettings,
  detail: GroupDetail,
  username: string,
): Promise<ShadowFacts | undefined> {
  const change = await shadowOfUser(db, detail, username);
  const labels = shadowLabels(directory);
  const mapping = change?.mapping ?? detail.sources.find(source => labels.has(source.mapping))?.mapping;
  return mapping === undefined || labels.size === 0 ? undefined : { mapping, change };
}

async function ask(
  ...[directory, ...question]: Parameters<typeof livePath>
): Promise<MemberPath | undefined> {
  const answer = await askDirectory(directory.name, async () => ({
    path: await livePath(directory, ...question),
  }));
  return answer === undefined ? { reason: BUSY } : answer.path;
}

async function livePath(
  directory: Settings['directories'][number],
  { sources }: GroupDetail,
  username: string,
  { identities }: StoredFacts,
): Promise<MemberPath | undefined> {
  const externalId = identities.find(each => each.directory === directory.name)?.externalId;
  const signal = AbortSignal.timeout(LIVE_TIMEOUT_MS);
  let path: MemberPath | undefined;
  try {
    for (const { dn } of sources) {
      path = await readPath(directory, { group: dn, externalId, username }, signal);
      if ('dns' in path) return path;
    }
    return path;
  } catch (error) {
    return { reason: `the query failed: ${messageOf(error)}` };
  }
}
