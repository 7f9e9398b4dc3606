/** The part of the PostgreSQL protocol that is needed to stop between two statements. */
import type { Message } from './message-proxy.ts';

const QUERY = 'Q'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const PASSWORD = 'p'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

/** Splits what a client sends after each statement, which counts: a simple query, or a Sync with everything before it. */
export function splitStatements(): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    const pieces: Message[] = [];
    for (let at = 0; ; ) {
      // Only the first message has no type byte before its length.
      const letter = begun ? rest[at] : undefined;
      const head = begun ? 1 : 0;
      if (rest.length < at + head + 4) return pieces;
      const end = at + head + rest.readInt32BE(at + head);
      if (rest.length < end) return pieces;
      const isStatement = letter === QUERY || letter === SYNC;
      const isWhole = isStatement || !begun || letter === PASSWORD || letter === TERMINATE;
      begun = true;
      at = end;
      if (!isWhole) continue;
      pieces.push({ bytes: rest.subarray(0, end), counts: isStatement });
      rest = rest.subarray(end);
      at = 0;
    }
  };
}
