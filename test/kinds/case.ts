/** The form of the histories that once failed. */
import type { History, Step } from './history.ts';

export interface Case {
  readonly title: string;
  readonly history: History;
}

const QUIET = { changes: [], doubts: [], moments: [] };

export function group(dns: readonly number[], uids: readonly number[] = [], nested: readonly number[] = []) {
  return { ou: 0, dns, uids, nested };
}

export function history(
  people: readonly number[],
  groups: readonly ReturnType<typeof group>[],
  steps: readonly Partial<Step>[],
): History {
  return { people, groups, marked: false, steps: steps.map(step => ({ ...QUIET, ...step })) };
}

export function change(kind: Step['changes'][number]['kind'], who: number, where: number, tidy = false) {
  return { kind, who, where, tidy };
}
