/** The access levels that a user can choose. System agent (100) is only for mappings. */

/** @type {readonly (readonly [value: string, text: string])[]} */
export const ACCESS_TYPES = [
  ['50', 'User'],
  ['0', 'Owner'],
];

export const ACCESS_HELP = 'Members will gain this level of access to all projects assigned to this group.';
