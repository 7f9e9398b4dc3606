import {
  AccessGroup,
  AccessGroupMember,
  AccessGroupProject,
  AuthUser,
  Project,
  Team,
  TeamMember,
} from './entities/access.ts';
import { Alarm, Notice } from './entities/alarms.ts';
import { AccessGroupChange, MembershipChange } from './entities/audit.ts';
import { MembershipDoubt, UnresolvedMember, UnresolvedReference } from './entities/doubts.ts';
import { DirectoryGroup, DirectoryState, DirectoryUser } from './entities/links.ts';
import { SyncRequest, SyncRun, SyncRunGroup } from './entities/runs.ts';

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
