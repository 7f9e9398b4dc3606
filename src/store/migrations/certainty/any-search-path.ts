/** Makes the triggers work in sessions of the application, whose search path may not contain Rollcall's schema. */
import { TEMPORARY_LAST } from '../ownership/owner/rights.ts';

/** The trigger functions that name tables or functions and run with the rights of the session. */
const FUNCTIONS = [
  'access_group_projects_check_team()',
  'access_group_projects_refuse_move()',
  'access_group_refuse_owner()',
];

export const createAnySearchPath = `
${TEMPORARY_LAST}
${FUNCTIONS.map(name => `alter function ${name} set search_path from current;\n`).join('')}`;

export const dropAnySearchPath = FUNCTIONS.map(name => `alter function ${name} reset search_path;\n`).join(
  '',
);
