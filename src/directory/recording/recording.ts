/** A recording in memory: the reads of a snapshot file, with the answer to each request. */
import { type Inputs, isInputs, parseInputs } from './inputs.ts';
import {
  type Failure,
  type Header,
  type Line,
  notASnapshot,
  parseHeader,
  parseLine,
  type Request,
  type SearchRequest,
} from './lines.ts';

/** The text of the lines of one answer. */
export type Answer = readonly string[];

export interface RecordedRead {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly position: string | undefined;
  /** The server that gave all answers; undefined: the read failed. */
  server: string | undefined;
  failure: Failure | undefined;
  /** What each server was asked, by the key of the request. */
  readonly answers: Map<string, Map<string, Answered>>;
}

export interface Answered {
  /** undefined: another request than a search. */
  readonly search: SearchRequest | undefined;
  /** The answers, in the order of the requests. */
  readonly list: Answer[];
}

export interface Recording {
  readonly header: Header;
  /** Only of an anonymised snapshot. */
  readonly inputs: Inputs | undefined;
  readonly reads: readonly RecordedRead[];
}

/** The key of a request in `RecordedRead.answers`. */
export function keyOf(request: Request): string {
  if ('extended' in request) return request.extended;
  const { base, scope, filter, attributes, page } = request.search;
  // The size of a page may differ: the cookies lead to the recorded pages.
  return JSON.stringify([base, scope, filter, attributes, page?.cookie]);
}

/** @throws UsageError if the lines are not those of a complete snapshot */
export async function loadRecording(lines: AsyncIterable<string>): Promise<Recording> {
  let header: Header | undefined;
  let inputs: Inputs | undefined;
  let isComplete = false;
  const reads: RecordedRead[] = [];
  const loading: Loading = { server: '', request: undefined, answer: [] };
  for await (const text of lines) {
    if (header === undefined) header = parseHeader(text);
    else if (isPart(text)) loading.answer.push(text);
    else if (isInputs(text)) inputs = parseInputs(text);
    else {
      const line = parseLine(text);
      if ('end' in line) isComplete = true;
      else addLine(reads, loading, line, text);
    }
  }
  if (header === undefined || !isComplete) throw notASnapshot();
  return { header, inputs, reads };
}

interface Loading {
  /** The server that receives the requests. */
  server: string;
  request: Request | undefined;
  answer: string[];
}

/** Entries are by far the most lines, and are parsed when they are asked for. */
function isPart(text: string): boolean {
  return text.startsWith('{"dn":') || text.startsWith('{"references":');
}

function addLine(reads: RecordedRead[], loading: Loading, line: Line, text: string): void {
  if ('read' in line) {
    const { at, position } = line.read;
    const answers = new Map<string, Map<string, Answered>>();
    reads.push({ at: Date.parse(at), position, server: undefined, failure: undefined, answers });
    return;
  }
  const read = reads.at(-1);
  if (read === undefined) throw notASnapshot();
  if ('server' in line) loading.server = line.server;
  else if ('answered' in line) read.server = line.answered;
  else if ('failed' in line) read.failure = line.failed;
  else if ('result' in line) addAnswer(read, loading, text);
  else if (!('end' in line)) {
    loading.request = line;
    loading.answer = [];
  }
}

function addAnswer({ answers }: RecordedRead, { server, request, answer }: Loading, result: string): void {
  if (request === undefined) throw notASnapshot();
  const own = answers.get(server) ?? new Map<string, Answered>();
  answers.set(server, own);
  const key = keyOf(request);
  const search = 'search' in request ? request.search : undefined;
  const known = own.get(key) ?? { search, list: [] };
  own.set(key, known);
  known.list.push([...answer, result]);
}
