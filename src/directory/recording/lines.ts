/**
 * The lines of a snapshot file, one JSON value each: the header, then for each read its requests, each followed by the entries, the
 * references and the result of the server's answer, and at the end how many of them there are.
 */
import { z } from 'zod';
import { type DirectoryErrorCode, UsageError } from '../../errors.ts';

/** Changes when an older version could not read the lines correctly. */
export const FORMAT = 1;

/** Text, or bytes that are not UTF-8. */
const value = z.union([z.string(), z.strictObject({ base64: z.base64() })]);

/** Describes where the snapshot comes from. */
const header = z.object({
  rollcall: z.literal('snapshot'),
  format: z.literal(FORMAT),
  /** Of Rollcall. */
  version: z.string(),
  savedAt: z.iso.datetime(),
  directory: z.string(),
  /** As configured. */
  vendor: z.string(),
  users: z.object({ baseDn: z.string() }),
  groups: z.object({ baseDn: z.string() }),
  /** Digests of the parts of the configuration that decide what is read. */
  configuration: z.string(),
  /** All names are pseudonyms. */
  anonymised: z.literal(true).optional(),
});

/** A read begins. `position`: the marker of the last applied read at that time. */
const read = z.object({ read: z.object({ at: z.iso.datetime(), position: z.string().optional() }) });
/** The server that received the requests after this line. */
const server = z.object({ server: z.string() });
const search = z.object({
  search: z.object({
    base: z.string(),
    scope: z.string(),
    filter: z.string(),
    attributes: z.array(z.string()),
    page: z.object({ size: z.number(), cookie: z.string() }).optional(),
  }),
});
const extended = z.object({ extended: z.string() });
const entry = z.object({ dn: z.string(), attributes: z.array(z.tuple([z.string(), z.array(value)])) });
const references = z.object({ references: z.array(z.string()) });
/** The end of an answer. `cookie`: one character for each byte. */
const result = z.object({
  result: z.number(),
  message: z.string().optional(),
  value: z.string().optional(),
  cookie: z.string().optional(),
});
/** The end of a read, with the server that gave all of it. */
const answered = z.object({ answered: z.string() });
const code = z.custom<DirectoryErrorCode>(text => typeof text === 'string');
const failed = z.object({
  failed: z.object({ code, problem: z.string(), permanent: z.boolean(), fix: z.string().optional() }),
});
const end = z.object({ end: z.object({ entries: z.number() }) });

const part = z.union([entry, references, result]);
const line = z.union([read, server, search, extended, result, answered, failed, end]);

export type Value = z.infer<typeof value>;
export type Failure = z.infer<typeof failed>['failed'];
export type Header = z.infer<typeof header>;
export type EntryLine = z.infer<typeof entry>;
export type Request = z.infer<typeof search> | z.infer<typeof extended>;
export type SearchRequest = z.infer<typeof search>['search'];
/** One part of an answer. */
export type Part = z.infer<typeof part>;
/** Every line but the header, the entries and the references. */
export type Line = z.infer<typeof line>;

/** @throws UsageError if the text is not the first line of a snapshot that this version can read */
export function parseHeader(text: string): Header {
  const json = parse(text);
  const known = z.object({ rollcall: z.literal('snapshot'), format: z.number() }).safeParse(json);
  if (known.success && known.data.format !== FORMAT)
    throw new UsageError(
      `the snapshot has the format ${known.data.format}, and this version of Rollcall reads the format ${FORMAT}`,
    );
  return check(header, json);
}

/** @throws UsageError */
export function parseLine(text: string): Line {
  return check(line, parse(text));
}

/** @throws UsageError */
export function parsePart(text: string): Part {
  return check(part, parse(text));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notASnapshot();
  }
}

function check<Output>(schema: z.ZodType<Output>, json: unknown): Output {
  const { success, data } = schema.safeParse(json);
  if (!success) throw notASnapshot();
  return data;
}

/** The refusal of a file that `snapshot save` did not write. */
export function notASnapshot(options: ErrorOptions = {}): UsageError {
  return new UsageError('the file is not a complete snapshot of "rollcall snapshot save"', options);
}
