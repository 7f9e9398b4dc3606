/** Compares two change markers. Pure. */

/** `behind`: the second marker is older than the first. `unrelated`: the order is unknown. */
export type MarkerOrder = 'same' | 'ahead' | 'behind' | 'unrelated';

/** The counters of a marker, by name. Each counter only grows. */
interface Position {
  /** The server and kind of the counters. Positions with different values do not compare. */
  readonly of: string;
  /** Sorted. Several back ends with the same counter name give several values. */
  readonly counts: ReadonlyMap<string, readonly (bigint | string)[]>;
  /** In a vector, a missing counter means that no change of that provider has arrived. */
  readonly isVector: boolean;
}

/**
 * Compares a marker with an earlier one, possibly from another server.
 *   usn 7 of DC1            usn 5 of DC1             behind; of DC2: unrelated
 *   lastusn;a=7 of host     lastusn;a=5 of host      behind
 *   20260101…#001# …#002#   20260101…#001#           behind: the changes of provider 002 have not arrived
 */
export function compareMarkers(before: string, after: string): MarkerOrder {
  if (before === after) return 'same';
  const [first, second] = [positionOf(before), positionOf(after)];
  if (first === undefined || second === undefined || first.of !== second.of) return 'unrelated';
  for (const [name, counts] of first.counts)
    if (isBehind(counts, second.counts.get(name), first.isVector)) return 'behind';
  return 'ahead';
}

/** Whether a marker shows which markers it compares with. Counters of an unnamed server do not. */
export function isComparable(marker: string): boolean {
  return positionOf(marker) !== undefined;
}

/**
 * Whether the server has applied a change that its marker does not cover: the change sequence number of the entry is greater
 * than the last one that the marker names of the same provider. A consumer of syncrepl that catches up applies changes one by
 * one, in any order, and sets its marker after the last one.
 */
export function isAhead(csn: string, marker: string): boolean {
  const server = CSN.exec(csn)?.[1]?.toLowerCase() ?? '';
  const counts = vectorOf(marker.split(' '))?.counts.get(server) ?? [];
  return counts.length > 0 && counts.every(count => count < csn.toLowerCase());
}

function isBehind(
  before: readonly (bigint | string)[],
  after: readonly (bigint | string)[] | undefined,
  isVector: boolean,
): boolean {
  if (after === undefined) return isVector;
  // The number of back ends changed, so the configuration changed and the values cannot be paired.
  if (after.length !== before.length) return false;
  return before.some((count, index) => (after[index] ?? count) < count);
}

const USN = /^usn (\d{1,20}) of (.+)$/s;
const LAST_USN = /^(lastusn\S*=\d{1,20}(?: lastusn\S*=\d{1,20})*) of (.+)$/s;
/** Time, count, server, modification (draft-ietf-ldup-model, as OpenLDAP writes them). They sort as text. */
const CSN = /^\d{14}\.\d{6}Z#[0-9a-f]{6}#([0-9a-f]{3})#[0-9a-f]{6}$/i;
const UNNAMED = 'an unnamed controller';

function positionOf(marker: string): Position | undefined {
  const [, usn, controller] = USN.exec(marker) ?? [];
  if (usn !== undefined)
    return controller === undefined || controller === UNNAMED
      ? undefined
      : { of: `usn ${controller}`, counts: new Map([['usn', [BigInt(usn)]]]), isVector: false };
  const [, counters, host] = LAST_USN.exec(marker) ?? [];
  if (counters !== undefined) {
    const counts = counters.split(' ').map(each => each.split('='));
    return {
      of: `lastusn ${host}`,
      counts: new Map(counts.map(([name = '', count = '0']) => [name, [BigInt(count)]])),
      isVector: false,
    };
  }
  return vectorOf(marker.split(' '));
}

function vectorOf(csns: readonly string[]): Position | undefined {
  const counts = new Map<string, string[]>();
  for (const csn of csns.toSorted()) {
    const server = CSN.exec(csn)?.[1]?.toLowerCase();
    if (server === undefined) return undefined;
    counts.set(server, [...(counts.get(server) ?? []), csn.toLowerCase()]);
  }
  return { of: 'csn', counts, isVector: true };
}
