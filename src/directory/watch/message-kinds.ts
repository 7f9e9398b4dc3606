/** Distinguishes the messages of an open search: entries, and intermediate responses. */
import { ProtocolOperation } from 'ldapts';
import { INTERMEDIATE } from '../connection/result.ts';

export function isEntry(operation: number): boolean {
  return operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY;
}

export function isIntermediate(operation: number): boolean {
  return operation === INTERMEDIATE;
}
