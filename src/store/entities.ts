import { AccessGroup } from './entities/access-group.ts';
import { AccessGroupChange } from './entities/access-group-change.ts';
import { AccessGroupMember } from './entities/access-group-member.ts';
import { AccessGroupProject } from './entities/access-group-project.ts';
import { Alarm } from './entities/alarm.ts';
import { AuthUser } from './entities/auth-user.ts';
import { DirectoryGroup } from './entities/directory-group.ts';
import { DirectoryState } from './entities/directory-state.ts';
import { DirectoryUser } from './entities/directory-user.ts';
import { MembershipChange } from './entities/membership-change.ts';
import { MembershipDoubt } from './entities/membership-doubt.ts';
import { Notice } from './entities/notice.ts';
import { Project } from './entities/project.ts';
import { SyncRequest } from './entities/sync-request.ts';
import { SyncRun } from './entities/sync-run.ts';
import { SyncRunGroup } from './entities/sync-run-group.ts';
import { Team } from './entities/team.ts';
import { TeamMember } from './entities/team-member.ts';
import { UnresolvedMember } from './entities/unresolved-member.ts';
import { UnresolvedReference } from './entities/unresolved-reference.ts';

/** Everything that MikroORM knows about the schema; the migrations are what makes it. */
export const entities = [
  AuthUser,
  Team,
  TeamMember,
  Project,
  AccessGroup,
  AccessGroupMember,
  AccessGroupProject,
  MembershipChange,
  AccessGroupChange,
  SyncRun,
  SyncRequest,
  SyncRunGroup,
  DirectoryState,
  DirectoryUser,
  DirectoryGroup,
  UnresolvedMember,
  UnresolvedReference,
  MembershipDoubt,
  Alarm,
  Notice,
];
