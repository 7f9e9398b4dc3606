/** Replaces the names in the current state of the database, so that a plan with an anonymised snapshot is the same. */
import type { Anonymiser } from '../../directory/anonymise/anonymiser.ts';
import { configDigest } from '../../jobs/planning/config-digest.ts';
import type { CurrentState, ReadWith } from '../../model/current.ts';
import type { KnownReference } from '../../model/doubt.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { dnKey } from '../../text/dn-key.ts';
import { usernameKey } from '../../text/loose-key.ts';
import { anonymiseTemplate } from './settings.ts';

interface Replaced {
  readonly anonymiser: Anonymiser;
  /** The settings, and the same with pseudonyms. */
  readonly settings: DirectorySettings;
  readonly anonymous: DirectorySettings;
  /** The pseudonym of the name of an AccessGroup, or of the slug of a team. */
  readonly targetName: (name: string) => string;
}

/** Returns the state with pseudonyms. */
export function anonymiseCurrent(state: CurrentState, replaced: Replaced): CurrentState {
  const { anonymiser, targetName: name } = replaced;
  const { text } = anonymiser;
  const key = (given: string) => anonymiseKey(given, anonymiser);
  return {
    ...state,
    lastRead: state.lastRead && anonymiseRead(state.lastRead, replaced),
    groups: state.groups.map(group => ({
      ...group,
      externalId: text(group.externalId),
      dn: text(group.dn),
      cn: text(group.cn),
      mapping: anonymiseTemplate(group.mapping, text),
    })),
    managed: state.managed.map(group => ({
      ...group,
      name: name(group.name),
      projects: group.projects.map(text),
    })),
    named: state.named.map(group => ({ ...group, name: name(group.name) })),
    teams: state.teams.map(team => ({ ...team, slug: name(team.slug), projects: team.projects.map(text) })),
    links: state.links.map(link => ({
      ...link,
      externalId: text(link.externalId),
      dn: text(link.dn),
      username: link.username === undefined ? undefined : text(link.username),
    })),
    users: state.users.map(user => ({ ...user, username: text(user.username), email: text(user.email) })),
    unresolved: state.unresolved.map(each => ({
      ...each,
      groupExternalId: text(each.groupExternalId),
      // "member value 3" is no name.
      member: each.reason === 'undecodable' ? each.member : text(each.member),
    })),
    references: new Map(Array.from(state.references, ([each, known]) => [key(each), referring(known, text)])),
    doubts: state.doubts.map(doubt => ({
      ...doubt,
      keys: doubt.keys.map(key).toSorted(),
      dns: doubt.kind === 'undecodable' ? doubt.dns : doubt.dns.map(text),
    })),
    ...(state.changes && {
      changes: new Map(Array.from(state.changes, ([id, changedAt]) => [text(id), changedAt])),
    }),
  };
}

function referring(known: KnownReference, text: (name: string) => string): KnownReference {
  const groups = Object.entries(known.groups).map(([owner, hadMembers]) => [text(owner), hadMembers]);
  return { ...known, groups: Object.fromEntries(groups) };
}

/** A part that is as in the settings is as in the anonymous ones. */
function anonymiseRead(read: ReadWith, { anonymiser, settings, anonymous }: Replaced): ReadWith {
  const now = configDigest(settings).split(' ');
  const other = configDigest(anonymous).split(' ');
  const parts = read.configDigest
    .split(' ')
    .map(part => other[now.indexOf(part)] ?? part.replace(/:.*/, ':'));
  return { ...read, configDigest: parts.join(' '), server: anonymiser.text(read.server) };
}

/** Keys of references and doubts: a prefix, and a DN, a username, an identity or another value. */
function anonymiseKey(key: string, anonymiser: Anonymiser): string {
  const { text } = anonymiser;
  const [, prefix = '', rest = key] = /^([a-z]+:)(.*)$/s.exec(key) ?? [];
  switch (prefix) {
    case 'dn:':
      return `dn:${dnKey(text(rest)) ?? ''}`;
    case 'name:':
      return `name:${usernameKey(text(rest))}`;
    case 'entry:':
      return `entry:${anonymiseKey(rest, anonymiser)}`;
    case 'raw:': {
      const [, attribute = '', value = ''] = /^([^:]*:)(.*)$/s.exec(rest) ?? [];
      return attribute === 'text:'
        ? `raw:text:${text(value).toLowerCase()}`
        : `raw:${attribute}${anonymiser.digest(value)}`;
    }
    case 'nested:': {
      const [, identity = '', dn = ''] = /^([^:]*):(.*)$/s.exec(rest) ?? [];
      return `nested:${text(identity)}:${text(dn)}`;
    }
    default:
      return `${prefix}${text(rest)}`;
  }
}
