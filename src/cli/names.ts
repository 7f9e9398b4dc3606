/** How teams' things are named at the terminal. */
import { UsageError } from '../errors.ts';

/** TEAM/NAME in two: slugs have no slash, names may. Throws UsageError where there is none. */
export function inTeam(text: string, what: string): { readonly team: string; readonly name: string } {
  const at = text.indexOf('/');
  if (at <= 0 || at === text.length - 1)
    throw new UsageError(`${what} takes the team and the name: TEAM/NAME, not "${text}"`);
  return { team: text.slice(0, at), name: text.slice(at + 1) };
}
