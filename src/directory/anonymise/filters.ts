/** Replaces the values in search filters. The attributes and the structure stay. */
import { SearchRequest } from 'ldapts';
import { readMessage } from '../protocol/ber/requests.ts';
import { type Filter, filterText } from '../protocol/filter.ts';
import { parseFilter } from '../syntax/filter-parser.ts';
import type { Replace } from './words.ts';

type MapValue = (attribute: string, value: Buffer) => Buffer;

/** Returns the filter with other values. `words`: for a text that is no filter. */
export function mapFilter(text: string, mapValue: MapValue, words: Replace): string {
  const filter = read(text);
  return filter === undefined ? mapMalformed(text, words) : filterText(mapped(filter, mapValue));
}

function read(text: string): Filter | undefined {
  try {
    const request = new SearchRequest({ messageId: 1, baseDN: '', filter: parseFilter(text) });
    const message = readMessage(request.write());
    return message.op === 'search' ? message.filter : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function mapMalformed(text: string, words: Replace): string {
  return text.replaceAll(/(=)([^()]*)/g, (_, sign: string, value: string) => `${sign}${words(value)}`);
}

function mapped(filter: Filter, mapValue: MapValue): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, filters: filter.filters.map(each => mapped(each, mapValue)) };
    case 'not':
      return { ...filter, filter: mapped(filter.filter, mapValue) };
    case 'present':
      return filter;
    case 'substrings': {
      const { attribute, initial, any, final } = filter;
      const part = (bytes: Buffer) => mapValue(attribute, bytes);
      return {
        ...filter,
        initial: initial && part(initial),
        any: any.map(part),
        final: final && part(final),
      };
    }
    default:
      return { ...filter, value: mapValue(filter.attribute, filter.value) };
  }
}
