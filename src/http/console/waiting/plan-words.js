/** The words for held plans. */
import { counted } from '../client/text.js';

/** @import { HeldPlan } from '../client/types.ts' */

/** @type {Readonly<Record<string, string>>} */
const CAUSES = {
  member_removals: 'many memberships',
  group_member_removals: 'many members of one group',
  group_removals: 'many groups at once',
  groups_vanished: 'groups disappeared',
  would_be_empty: 'a group would be empty',
  several_would_be_empty: 'groups would be empty',
  empty_directory: 'an empty read',
  read_not_trusted: 'a read that is not trusted',
  first_run: 'first run',
  rejected: 'rejected before',
};

/**
 * "34 removals in 3 groups".
 * @param {Pick<HeldPlan, 'removals' | 'groups' | 'causes'>} plan
 */
export function amountOf({ removals, groups, causes }) {
  if (removals > 0) return `${counted(removals, 'removal')} in ${counted(groups, 'group')}`;
  if (causes.includes('first_run')) return `The first run, with ${counted(groups, 'group')}`;
  return groups > 0 ? `Changes of ${counted(groups, 'group')}` : 'A read that is not trusted';
}

/** @param {string} code */
export function causeOf(code) {
  return CAUSES[code] ?? code;
}
