/** Replaces the names in the configuration of a directory, so that it plans an anonymised snapshot as before. */
import type { Anonymiser } from '../../directory/anonymise/anonymiser.ts';
import { globMatcher } from '../../mapping/name-pattern.ts';
import { templateAttributes } from '../../mapping/template-attributes.ts';
import type { DirectorySettings, MappingSettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { isProtected } from '../../text/loose-key.ts';

/** The attributes by which a configuration names people and groups. */
export function namingAttributes({ users, groups, mappings }: DirectorySettings): string[] {
  const { username, email, fullName } = users;
  return [username, email, fullName, groups.name, ...groups.members, ...templateAttributes(mappings)];
}

/** Returns the settings with pseudonyms. `read`: whose names the patterns are for; undefined: the read failed. */
export function anonymiseSettings(
  settings: DirectorySettings,
  anonymiser: Anonymiser,
  read: Pick<Snapshot, 'users' | 'groups'> | undefined,
): DirectorySettings {
  const { text, filter } = anonymiser;
  const { users, groups, protect, mappings } = settings;
  const groupNames = (read?.groups ?? []).flatMap(({ name }) => name ?? []);
  const usernames = (read?.users ?? []).flatMap(person => person.usernames ?? person.username ?? []);
  const namePatterns = (globs: readonly string[]) =>
    anonymisePatterns(globs, text, glob => groupNames.filter(globMatcher([glob])));
  return {
    ...settings,
    name: text(settings.name),
    urls: settings.urls.map(text),
    tls: {},
    bind: 'simple',
    bindDn: '',
    bindPassword: '',
    // It says where the operator is.
    timezone: 'UTC',
    sentinels: settings.sentinels.map(text),
    users: { ...users, baseDn: text(users.baseDn), filter: filter(users.filter) },
    groups: {
      ...groups,
      baseDn: text(groups.baseDn),
      filter: filter(groups.filter),
      include: namePatterns(groups.include),
      exclude: namePatterns(groups.exclude),
      dynamic: groups.dynamic && { ...groups.dynamic, bases: groups.dynamic.bases.map(text) },
    },
    protect: anonymisePatterns(protect, text, glob => usernames.filter(name => isProtected(name, [glob]))),
    mappings: mappings.map(mapping => anonymiseMapping(mapping, anonymiser)),
  };
}

/** A wildcard inside a word, such as "dev*". */
const WITHIN_WORD = /[\p{L}\p{N}\p{M}][*?]|[*?][\p{L}\p{N}\p{M}]/u;

/** A pattern for parts of words has no pseudonym: the names that it matches are listed instead. */
function anonymisePatterns(
  globs: readonly string[],
  text: (name: string) => string,
  matched: (glob: string) => readonly string[],
): string[] {
  const patterns = globs.flatMap(glob => (WITHIN_WORD.test(glob) ? matched(glob) : [glob]));
  return [...new Set(patterns.map(text))];
}

function anonymiseMapping(mapping: MappingSettings, { text, filter }: Anonymiser): MappingSettings {
  const { groups, team, name, projects } = mapping;
  return {
    ...mapping,
    groups: {
      ...(groups.filter !== undefined && { filter: filter(groups.filter) }),
      ...(groups.baseDn !== undefined && { baseDn: text(groups.baseDn) }),
    },
    team: anonymiseTemplate(team, text),
    name: anonymiseTemplate(name, text),
    projects: projects.map(text),
  };
}

/** The attributes in braces stay. */
export function anonymiseTemplate(template: string, text: (name: string) => string): string {
  const parts = template.split(/(\{[^{}]+\})/);
  return parts.map(part => (part.startsWith('{') ? part : text(part))).join('');
}
