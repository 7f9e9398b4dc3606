/** Reads LDIF text. Throws an Error that names the invalid line. */
import { isUtf8 } from 'node:buffer';

/** Text, or bytes that are not UTF-8. */
export type Value = string | Buffer;
export type Attributes = Readonly<Record<string, readonly Value[]>>;

export interface LdifEntry {
  readonly dn: string;
  readonly attributes: Attributes;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Field {
  readonly line: number;
  readonly name: string;
  readonly value: Value;
}

/** Reads LDIF text. Throws an Error that names the invalid line. */
export function parseLdif(text: string): LdifEntry[] {
  const lines = unfolded(text).filter(line => !line.text.startsWith('#'));
  return records(lines)
    .map(record => record.map(readField).filter(field => field.name.toLowerCase() !== 'version'))
    .filter(fields => fields.length > 0)
    .map(readEntry);
}

/** A line that begins with a space continues the previous one. */
function unfolded(text: string): Line[] {
  const lines: { number: number; parts: string[] }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const open = lines.at(-1);
    if (line.startsWith(' ') && open) open.parts.push(line.slice(1));
    else lines.push({ number: index + 1, parts: [line] });
  }
  return lines.map(({ number, parts }) => ({ number, text: parts.join('') }));
}

function records(lines: readonly Line[]): Line[][] {
  const found: Line[][] = [[]];
  for (const line of lines) {
    if (line.text === '') found.push([]);
    else found.at(-1)?.push(line);
  }
  return found;
}

function readField({ number, text }: Line): Field {
  const [, name, sign, written] = /^([A-Za-z0-9][\w.;-]*):([:<]?) *(.*)$/s.exec(text) ?? [];
  if (name === undefined || written === undefined)
    throw new Error(`LDIF line ${number}: expected "name: value"`);
  if (sign === '<') throw new Error(`LDIF line ${number}: values from a URL are not supported`);
  return { line: number, name, value: sign === ':' ? decoded(written, number) : written };
}

function decoded(base64: string, line: number): Value {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw new Error(`LDIF line ${line}: the value is not base64`);
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

function readEntry([first, ...fields]: readonly Field[]): LdifEntry {
  if (first?.name.toLowerCase() !== 'dn')
    throw new Error(`LDIF line ${first?.line}: an entry begins with "dn:"`);
  const attributes: Record<string, Value[]> = {};
  const valuesOf = new Map<string, Value[]>();
  for (const { line, name, value } of fields) {
    const type = name.toLowerCase();
    if (type === 'dn') throw new Error(`LDIF line ${line}: an empty line is missing before the next entry`);
    if (type === 'changetype') throw new Error(`LDIF line ${line}: change records are not supported`);
    const values = valuesOf.get(type) ?? [];
    if (values.length === 0) attributes[name] = values;
    values.push(value);
    valuesOf.set(type, values);
  }
  return { dn: String(first.value), attributes };
}
