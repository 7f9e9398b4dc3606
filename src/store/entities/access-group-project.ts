import { defineEntity, p } from '@mikro-orm/core';
import { AccessGroup } from './access-group.ts';
import { Project } from './project.ts';

/** The project is one of the group's own team: the database refuses any other. */
export const AccessGroupProject = defineEntity({
  name: 'AccessGroupProject',
  tableName: 'access_group_projects',
  uniques: [{ properties: ['accessGroup', 'project'] }],
  properties: {
    id: p.integer().primary().generated('by default as identity'),
    accessGroup: () => p.manyToOne(AccessGroup).deleteRule('cascade'),
    project: () => p.manyToOne(Project).index().deleteRule('cascade'),
  },
});
