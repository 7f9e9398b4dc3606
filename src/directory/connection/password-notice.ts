/**
 * What an answer to a bind says about the password of the bind account: the password policy control of
 * draft-behera-ldap-password-policy, which a client must request, and the controls that 389 and its relatives send unasked.
 */
import { type Cursor, enter, enterInteger, leave, SEQUENCE, tagAt } from './ber.ts';

export interface PasswordNotice {
  /** The server accepts nothing but a change of the password. */
  readonly mustChange?: true;
  /** Seconds until the password expires; 0: it has expired. */
  readonly expiresInSeconds?: number;
  /** How many more binds the server accepts with the expired password. */
  readonly graceBinds?: number;
}

const PASSWORD_POLICY = '1.3.6.1.4.1.42.2.27.8.5.1';
const PASSWORD_EXPIRED = '2.16.840.1.113730.3.4.4';
const PASSWORD_EXPIRING = '2.16.840.1.113730.3.4.5';
/** The tags of the value, and the error codes that are no failure of the bind itself. */
const [WARNING, ERROR, SECONDS, GRACE] = [0xa0, 0x81, 0x80, 0x81];
const [EXPIRED, CHANGE_AFTER_RESET] = [0, 2];

/** The notice in a control; undefined for a control of another kind. @throws DirectoryError `malformed` */
export function passwordNotice(type: string, value: Cursor | undefined): PasswordNotice | undefined {
  if (type === PASSWORD_EXPIRED) return { mustChange: true };
  if (value === undefined) return undefined;
  if (type === PASSWORD_POLICY) return readPolicy(value);
  if (type !== PASSWORD_EXPIRING) return undefined;
  const seconds = Number(value.bytes.toString('latin1', value.at, Math.min(value.end, value.at + 12)));
  return Number.isFinite(seconds) && seconds >= 0 ? { expiresInSeconds: seconds } : undefined;
}

function readPolicy(cursor: Cursor): PasswordNotice | undefined {
  const end = enter(cursor, SEQUENCE);
  const warning = tagAt(cursor, end) === WARNING ? readWarning(cursor, end) : undefined;
  const error = tagAt(cursor, end) === ERROR ? enterInteger(cursor, ERROR, end) : undefined;
  leave(cursor, end);
  if (error === CHANGE_AFTER_RESET) return { mustChange: true };
  return error === EXPIRED ? { ...warning, expiresInSeconds: 0 } : warning;
}

function readWarning(cursor: Cursor, listEnd: number): PasswordNotice | undefined {
  const end = enter(cursor, WARNING, listEnd);
  const tag = tagAt(cursor, end) === GRACE ? GRACE : SECONDS;
  const number = enterInteger(cursor, tag, end);
  leave(cursor, end);
  return tag === GRACE ? { graceBinds: number, expiresInSeconds: 0 } : { expiresInSeconds: number };
}
