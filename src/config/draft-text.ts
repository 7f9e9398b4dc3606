/** Writes the configuration that `rollcall init` proposes. */
import type { DirectoryDraft, InitAnswers } from '../model/operations/init.ts';
import { readDn } from '../text/dn-key.ts';

/** With more containers than this, the draft has one team for all groups: an operator would have too many mappings to edit. */
const MAX_TEAMS = 12;
/** Values that make the text valid before the directory was explored. */
const UNKNOWN: DirectoryDraft = {
  vendor: 'rfc4519',
  base: '',
  users: { baseDn: 'dc=unknown', filter: '(objectClass=*)', username: 'uid', found: 0 },
  groups: { baseDn: 'dc=unknown', filter: '(objectClass=*)', members: ['member'], found: 0 },
  containers: [],
};

/** The text of the file. Without a draft, it only has what a connection needs. */
export function draftText(answers: InitAnswers, draft: DirectoryDraft = UNKNOWN): string {
  const { users, groups } = draft;
  return `# yaml-language-server: $schema=./rollcall.schema.json
#
# Written by "rollcall init". Every line is a proposal: docs/configuration.md explains all keys, and "rollcall check"
# tests what you change.

database:
  url: ${quoted(answers.databaseUrl)}
  # passwordFile: database-password

# redis: { url: "redis://localhost:6379/0" }    # without it, the queue is in PostgreSQL, for one machine

http:
  host: 127.0.0.1
  port: 8080
  # tokens:                                     # for the console and the API
  #   - { name: operations, role: admin, secretFile: admin-token }

directories:
  - name: corp                                  # stored with all its data: do not change it later
    vendor: ${draft === UNKNOWN ? answers.vendor : draft.vendor}
    urls: [${quoted(answers.url)}]              # more servers of the same directory can follow
${connection(answers)}    bindDn: ${quoted(answers.bindDn)}
    bindPasswordFile: ${quoted(answers.passwordFile)}
    schedule: "*/15 * * * *"
    live: auto                                  # follow changes at once
    firstRun: confirm                           # the first run waits for your approval

    users:                                      # ${amount(users.found, 'entry', 'entries')}, all below this DN
      baseDn: ${quoted(users.baseDn)}
      filter: ${quoted(users.filter)}
      username: ${users.username}                 # must equal the username in the application
      onUnknown: skip                           # create: users that the application does not have are created

    groups:                                     # ${amount(groups.found, 'group', 'groups')}, all below this DN
      baseDn: ${quoted(groups.baseDn)}
      filter: ${quoted(groups.filter)}
      name: cn
      members: [${groups.members.join(', ')}]

    mappings:                                   # the first that matches a group decides its team
${mappings(answers, draft).join('\n')}
`;
}

function connection({ startTls, allowPlaintext, caFile }: InitAnswers): string {
  const lines = [
    ...(startTls ? ['startTls: true'] : []),
    ...(allowPlaintext
      ? ['allowPlaintext: true                        # passwords can be read on the network']
      : []),
    ...(caFile === undefined ? [] : [`tls: { caFile: ${quoted(caFile)} }`]),
  ];
  return lines.map(line => `    ${line}\n`).join('');
}

/** A team for each container of groups, or one team for all. */
function mappings({ team }: InitAnswers, { containers }: DirectoryDraft): string[] {
  const all = (slug: string) => `      - { team: ${quoted(slug)}, name: "{cn}", createTeam: true }`;
  if (team !== undefined) return [all(team)];
  const places = containers.length <= MAX_TEAMS ? containers : [];
  const named = places.map(({ dn, found }) => ({ dn, found, slug: slugOf(dn) }));
  const slugs = new Set(named.map(({ slug }) => slug));
  if (named.length < 2 || slugs.size < named.length || slugs.has(''))
    return [all(named[0]?.slug || 'company')];
  // The first mapping that matches decides, so the most specific DN is first.
  return named
    .toSorted((one, other) => depth(other.dn) - depth(one.dn))
    .map(
      ({ dn, found, slug }) =>
        `      # ${amount(found, 'group', 'groups')}\n      - { groups: { baseDn: ${quoted(dn)} }, team: ${quoted(slug)}, name: "{cn}", createTeam: true }`,
    );
}

/** The slug of a team from the name of a container. */
function slugOf(dn: string): string {
  const name = readDn(dn)?.[0]?.[0]?.value ?? '';
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 50);
}

function depth(dn: string): number {
  return readDn(dn)?.length ?? 0;
}

function amount(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A double-quoted scalar: JSON is valid YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
