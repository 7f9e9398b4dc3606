/** The part of the Redis protocol (RESP2 and RESP3) that is needed to stop between two messages. */
import type { Message } from './message-proxy.ts';

const LINE_END = '\r\n';
/** Types whose line gives the number of bytes that follow. */
const BULK = '$!=';
/** Types whose line gives the number of values that follow; a map has two for each. */
const AGGREGATE = '*~>%|';
/** A message of the server that answers nothing. */
const PUSH = '>';

/** Splits a stream into commands or replies. */
export function splitResp(): (chunk: Buffer) => readonly Message[] {
  let rest: Buffer = Buffer.alloc(0);
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (let end = endOfValue(rest, 0); end !== undefined; end = endOfValue(rest, 0)) {
      messages.push({ bytes: rest.subarray(0, end), counts: typeAt(rest, 0) !== PUSH });
      rest = rest.subarray(end);
    }
    return messages;
  };
}

function endOfValue(bytes: Buffer, at: number): number | undefined {
  const lineEnd = bytes.indexOf(LINE_END, at);
  if (lineEnd < 0) return undefined;
  const type = typeAt(bytes, at);
  const afterLine = lineEnd + LINE_END.length;
  const count = Number(bytes.toString('latin1', at + 1, lineEnd));
  if (BULK.includes(type)) {
    const end = count < 0 ? afterLine : afterLine + count + LINE_END.length;
    return end <= bytes.length ? end : undefined;
  }
  if (!AGGREGATE.includes(type)) return afterLine;
  let end: number | undefined = afterLine;
  for (let left = type === '%' ? 2 * count : count; left > 0 && end !== undefined; left -= 1)
    end = endOfValue(bytes, end);
  return end;
}

function typeAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 1);
}
