/** All entities, for the configuration of MikroORM. */
import {
  AccessGroup,
  AccessGroupMember,
  AccessGroupProject,
  AuthUser,
  Project,
  Team,
  TeamMember,
} from './access.ts';
import { Alarm, Notice, WebhookPosition } from './alarms.ts';
import { AccessGroupChange, AuditSeal, MembershipChange } from './audit.ts';
import { MembershipDoubt, UnresolvedMember, UnresolvedReference } from './doubts.ts';
import {
  DirectoryEntryChange,
  DirectoryGroup,
  DirectoryRulesRow,
  DirectoryState,
  DirectoryUser,
  LinkRequest,
} from './links.ts';
import { ConfigChange, ServiceProcessRow } from './processes.ts';
import { RunTotal, SyncRequest, SyncRun, SyncRunGroup } from './runs.ts';
import { UserSession } from './sessions.ts';
import { ShadowChangeRow } from './shadow.ts';
import { DirectoryWatch } from './watch.ts';

/** The schema as MikroORM knows it; the migrations create it. */
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
  AuditSeal,
  SyncRun,
  SyncRequest,
  SyncRunGroup,
  RunTotal,
  DirectoryState,
  DirectoryRulesRow,
  DirectoryUser,
  LinkRequest,
  DirectoryGroup,
  DirectoryEntryChange,
  UnresolvedMember,
  UnresolvedReference,
  MembershipDoubt,
  Alarm,
  Notice,
  WebhookPosition,
  DirectoryWatch,
  ServiceProcessRow,
  ConfigChange,
  UserSession,
  ShadowChangeRow,
];
