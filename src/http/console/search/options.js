/** What the search offers: the results of the API by kind, then the pages and actions of the console. */
import { requestRun } from '../calls/runs.js';
import { linkTo } from '../client/router.js';

/** @import { Found, SearchResults, Status } from '../client/types.ts' */
/** @import { IconName } from '../widgets/icons.js' */

/**
 * @typedef {object} Option
 * @property {IconName} icon
 * @property {string} text
 * @property {string} [detail]
 * @property {string} [href]
 * @property {() => Promise<string>} [act] resolves with the place to go to
 */

/** @typedef {{ readonly title: string, readonly options: readonly Option[], readonly incomplete: boolean }} Section */

/** @type {Readonly<Record<Found['kind'], readonly [title: string, icon: IconName]>>} */
const KINDS = {
  run: ['Runs', 'runs'],
  person: ['People', 'people'],
  group: ['Groups', 'groups'],
  team: ['Teams', 'teams'],
  project: ['Projects', 'locked'],
  entry: ['Directory entries without a match', 'none'],
};

/**
 * @param {SearchResults} results
 * @returns {Section[]}
 */
export function resultSections({ items, incomplete }) {
  return Object.entries(KINDS).map(([kind, [title, icon]]) => ({
    title,
    options: items.filter(found => found.kind === kind).map(found => ({ icon, ...optionOf(found) })),
    incomplete: incomplete.some(each => each === kind),
  }));
}

/**
 * @param {Found} found
 * @returns {Omit<Option, 'icon'>}
 */
function optionOf(found) {
  switch (found.kind) {
    case 'run':
      return {
        text: `Run ${found.id}`,
        detail: `${found.directory} · ${found.status}`,
        href: linkTo(['runs', found.id]),
      };
    case 'person':
      return {
        text: found.fullName || found.username,
        detail: details(found.username, found.email, found.isActive ? '' : 'inactive'),
        href: linkTo(['people', found.username]),
      };
    case 'group':
      return {
        text: found.name,
        detail: details(found.team, found.directory ?? 'manual'),
        href: linkTo(['groups', found.id]),
      };
    case 'team':
      return { text: found.name, detail: found.slug, href: linkTo(['teams', found.slug]) };
    case 'project':
      return {
        text: found.name,
        detail: details(found.team, found.slug),
        href: linkTo(['teams', found.team, 'projects', found.slug]),
      };
    case 'entry':
      return entryOption(found);
  }
}

/**
 * @param {Extract<Found, { kind: 'entry' }>} entry
 * @returns {Omit<Option, 'icon'>}
 */
function entryOption({ dn, directory, reason, group }) {
  const state = group === null ? 'conflict' : 'unresolved';
  return {
    text: dn,
    detail: details(
      directory,
      group === null ? 'conflict' : `member of ${group}`,
      reason?.replaceAll('_', ' ') ?? '',
    ),
    href: linkTo(['groups'], { state, directory, search: dn.slice(0, 200) }),
  };
}

/** @param {readonly string[]} parts */
function details(...parts) {
  return parts.filter(part => part !== '').join(' · ');
}

/** @type {readonly Option[]} */
const PAGES = [
  { icon: 'overview', text: 'Overview', href: '#/' },
  { icon: 'held', text: 'What waits', detail: 'Review and decide', href: '#/waiting' },
  { icon: 'warn', text: 'Members in doubt', detail: 'Keep or remove', href: '#/doubts' },
  { icon: 'runs', text: 'Runs', href: '#/runs' },
  { icon: 'bad', text: 'Failed runs', href: '#/runs?status=failed' },
  { icon: 'groups', text: 'Groups', href: '#/groups' },
  {
    icon: 'warn',
    text: 'Conflicts',
    detail: 'Directory groups without an access group',
    href: '#/groups?state=conflict',
  },
  {
    icon: 'none',
    text: 'Unresolved members',
    detail: 'Member values without a user',
    href: '#/groups?state=unresolved',
  },
  { icon: 'teams', text: 'Teams', href: '#/teams' },
  { icon: 'people', text: 'People', href: '#/people' },
  { icon: 'people', text: 'Links', detail: 'Directory entries and their users', href: '#/links' },
  { icon: 'audit', text: 'Audit', href: '#/audit' },
];

/**
 * The pages and actions with words that begin with each word of the text.
 * @param {string} text
 * @param {Status | undefined} status
 * @returns {Section}
 */
export function actionSection(text, status) {
  const resyncs = status?.caller.role === 'admin' ? status.directories.map(({ name }) => resync(name)) : [];
  const wanted = wordsOf(text);
  const options = [...PAGES, ...resyncs].filter(option => {
    const words = wordsOf(option.text);
    return wanted.every(word => words.some(other => other.startsWith(word)));
  });
  return { title: 'Pages and actions', options, incomplete: false };
}

/**
 * @param {string} directory
 * @returns {Option}
 */
function resync(directory) {
  return {
    icon: 'runs',
    text: `Resync directory ${directory}`,
    detail: 'Starts a run',
    act: async () => linkTo(['runs', (await requestRun(directory)).id]),
  };
}

/** @param {string} text */
function wordsOf(text) {
  return text
    .toLowerCase()
    .split(/[\s\-_./]+/)
    .filter(Boolean);
}
