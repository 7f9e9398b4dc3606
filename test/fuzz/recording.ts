/** The messages of a directory server during a read, and how to repeat the read. */

import { createFraming, takeFrames } from '../../src/directory/connection/frames.ts';
import { readEnvelope } from '../../src/directory/connection/result.ts';
import { createFrames } from '../../src/directory/protocol/ber/frames.ts';
import { readMessage } from '../../src/directory/protocol/ber/requests.ts';
import { filterText } from '../../src/directory/protocol/filter.ts';
import type { Message } from '../../src/directory/protocol/protocol.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { directory } from '../support/given/values.ts';
import type { ProxiedConnection } from '../support/proxies/tcp-proxy.ts';

export interface Recording {
  readonly vendor: DirectorySettings['vendor'];
  readonly baseDn: string;
  /** By question: the messages of the first answer, the second one …, as base64. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
}

/** The content of a request: the same question has the same answer, with any message id. */
export function questionOf(message: Message): string {
  if (message.op !== 'search') return message.op;
  const { dn, scope, filter, page } = message;
  const cookie = Buffer.from(page?.cookie ?? '', 'latin1').toString('hex');
  return ['search', dn, scope, filterText(filter), cookie].join(' | ');
}

/** The answers to each question, each time that question or answer differed. */
export function answersIn(passages: readonly ProxiedConnection[]): Record<string, string[]> {
  const answers: Record<string, string[]> = {};
  for (const [question, answer] of passages.flatMap(answered)) {
    const before = answers[question] ?? [];
    if (!before.includes(answer)) answers[question] = [...before, answer];
  }
  return answers;
}

/** Message ids are left out: 1 replaces each. */
function answered({ toServer, toClient }: ProxiedConnection): (readonly [string, string])[] {
  const parts = new Map<number, Buffer[]>();
  for (const { bytes, start, end } of takeFrames(createFraming(), Buffer.concat(toClient))) {
    const { id } = readEnvelope({ bytes, start, end });
    parts.set(id, [...(parts.get(id) ?? []), bytes.subarray(start, end)]);
  }
  const requests = createFrames()(Buffer.concat(toServer)).map(readMessage);
  return requests.map(request => {
    const answer = renumbered(Buffer.concat(parts.get(request.messageId) ?? []), 1);
    return [questionOf(request), answer.toString('base64')];
  });
}

/** The messages with another id. All recorded ids are small: one byte after the header of the message. */
export function renumbered(bytes: Buffer, id: number): Buffer {
  const own = Buffer.from(bytes);
  for (const { start } of takeFrames(createFraming(), own)) {
    const length = own[start + 1] ?? 0;
    own[start + (length < 0x80 ? 4 : 4 + (length & 0x7f))] = id;
  }
  return own;
}

/** The settings with which all recordings are made and played. */
export function settingsOf(
  { vendor, baseDn }: Pick<Recording, 'vendor' | 'baseDn'>,
  access: Pick<DirectorySettings, 'bindDn' | 'bindPassword'> & { readonly url: string },
): DirectorySettings {
  const { users, groups, ...usual } = directory();
  const isWindows = vendor === 'activedirectory';
  return {
    ...usual,
    vendor,
    urls: [access.url],
    bindDn: access.bindDn,
    bindPassword: access.bindPassword,
    pageSize: 3,
    maxMessageBytes: 1024 * 1024,
    users: {
      ...users,
      baseDn: `ou=people,${baseDn}`,
      ...(isWindows && { username: 'sAMAccountName', filter: '(objectClass=user)' }),
    },
    groups: {
      ...groups,
      baseDn: `ou=groups,${baseDn}`,
      filter: isWindows ? '(objectClass=group)' : '(|(objectClass=groupOfNames)(objectClass=posixGroup))',
      dynamic: { bases: [baseDn], attributes: ['l'] },
    },
  };
}
