/** The interface of a mechanism by which a server reports changes. Types only. */
import type { Control } from 'ldapts';
import type { ExternalId } from '../../model/snapshot.ts';
import type { Mechanism } from '../../model/watch.ts';
import type { Frame } from '../connection/frames.ts';
import type { Entry } from '../entry/entry.ts';
import type { Session } from '../session/session.ts';

/** An entry that a message of the server is about. */
export interface Notice {
  /** Only the DN if the entry was deleted. */
  readonly entry: Entry;
  readonly id: ExternalId | undefined;
  readonly isDeleted: boolean;
  readonly oldDn?: string | undefined;
  /** When the entry changed, by the clock of the server, if it says so. */
  readonly changedAt: string | undefined;
}

/** `undefined`: the message names no entry. It still shows that the watch is alive. */
export type ReadNotice = (frame: Frame, operation: number) => Notice | undefined;

export interface Method {
  readonly mechanism: Mechanism;
  /** The controls of the open search below one naming context. Omitted: the server has no such search. */
  readonly controls?: (session: Session, context: string) => Promise<readonly Control[]>;
  readonly readNotice: ReadNotice;
  /** Whether the messages until now cover every change up to a marker. Omitted or undefined: they do not show it. */
  readonly covers?: (marker: string) => boolean | undefined;
  /** Every so many polls, the changed entries are searched as well. 0: never; then a change without a message means that the watch is dead. */
  readonly searchEvery: number;
}
