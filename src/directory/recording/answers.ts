/** Answers requests as a recording does: with the recorded answer, or else from the recorded entries. */
import { LdapFailure, type Message, type Reply, resultCode } from '../protocol/protocol.ts';
import { orFailure } from '../server/answer.ts';
import { createCursors } from '../server/paging.ts';
import { parsePart } from './lines.ts';
import { asked, replyPart } from './messages.ts';
import { collectEntries, type RecordedEntries } from './recorded-entries.ts';
import { type Answer, keyOf, type RecordedRead } from './recording.ts';
import { searchEntries } from './search-entries.ts';

export interface Answers {
  /** Begins a read: from now on, its answers come first. */
  readonly begin: (read: RecordedRead | undefined) => void;
  /** The answers of a server on a new connection. undefined: of any server. */
  readonly connection: (server: string | undefined) => (message: Message) => Reply;
  /** How many searches were answered from the entries. */
  readonly derived: () => number;
}

/** The answers of a read come in their order, the last of them repeatedly; then those of the other reads. */
export function createAnswers(reads: readonly RecordedRead[]): Answers {
  let current: RecordedRead | undefined;
  let entries: RecordedEntries | undefined;
  let derived = 0;
  const taken = new Map<string, number>();

  function recordedAnswer(server: string | undefined, key: string): Answer | undefined {
    const own = current && answersIn(current, server, key);
    const at = taken.get(`${server} ${key}`) ?? 0;
    taken.set(`${server} ${key}`, at + 1);
    if (own !== undefined) return own[at] ?? own.at(-1);
    return reads.flatMap(read => answersIn(read, server, key) ?? []).at(-1);
  }

  return {
    begin: read => {
      current = read;
      taken.clear();
    },
    connection: server => {
      const cursors = createCursors();
      return message => {
        if (message.op === 'bind') return [{ kind: 'done', code: resultCode.success }];
        const request = asked(message);
        const answer = request && recordedAnswer(server, keyOf(request));
        if (answer !== undefined) return answer.map(text => replyPart(parsePart(text)));
        return orFailure(() => {
          if (message.op !== 'search') throw new LdapFailure(resultCode.unwillingToPerform, READ_ONLY);
          derived += 1;
          entries ??= collectEntries(reads);
          return searchEntries(message, entries, cursors);
        });
      };
    },
    derived: () => derived,
  };
}

const READ_ONLY = 'A snapshot answers searches only';

function answersIn(
  { answers }: RecordedRead,
  server: string | undefined,
  key: string,
): readonly Answer[] | undefined {
  if (server !== undefined) return answers.get(server)?.get(key)?.list;
  for (const own of answers.values()) if (own.has(key)) return own.get(key)?.list;
  return undefined;
}
