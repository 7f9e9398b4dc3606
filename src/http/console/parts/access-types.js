/** The levels that a person may choose. 100, system agent, is for machines and not offered. */

/** @type {readonly (readonly [value: string, text: string])[]} */
export const ACCESS_TYPES = [
  ['50', 'User'],
  ['0', 'Owner'],
];

export const ACCESS_HELP = 'Members will gain this level of access to all projects assigned to this group.';
