/** Parses TEAM/NAME, the name of a group or project at the terminal. */
import { UsageError } from '../../errors.ts';

/** Splits TEAM/NAME at the first slash: a name may contain slashes, a slug may not. Throws UsageError without one. */
export function inTeam(text: string, what: string): { readonly team: string; readonly name: string } {
  const at = text.indexOf('/');
  if (at <= 0 || at === text.length - 1)
    throw new UsageError(`${what} takes the team and the name: TEAM/NAME, not "${text}"`);
  return { team: text.slice(0, at), name: text.slice(at + 1) };
}
