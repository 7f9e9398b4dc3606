/** The messages of the guard: the numbers, the setting whose limit tripped, and what to check. */
import type { Plan, Strictness } from '../../model/plan.ts';
import type { DirectorySettings, GuardSettings, Limit } from '../../model/settings.ts';

export type LimitName = Exclude<keyof GuardSettings, 'windowMs'>;

/** The numbers that are compared with a limit, and what they count. */
export interface Measured {
  readonly setting: LimitName;
  readonly removed: number;
  readonly of: number;
  readonly what: string;
  /** The part of `removed` that earlier runs removed. */
  readonly earlier: number;
}

export const FIRST_RUN =
  'this is the first run of this directory, and firstRun: confirm requires approval before any change is applied';

/** Describes a limit that tripped. */
export function limitSentence(limit: Limit, measured: Measured, strictness: Strictness): string {
  return `${counted(measured)}, ${moreThan(measured.setting, limit, strictness)}`;
}

/** Describes a removal of half of all memberships or more, which needs no minimum count. */
export function halfSentence(measured: Measured, { percent }: Limit): string {
  const reason = percent < 50 ? 'half or more' : `more than guard.${measured.setting}.percent allows`;
  return `${counted(measured)}, ${reason}, from several groups at once`;
}

/** Describes several groups that would lose all members. */
export function emptiedMessage(now: readonly string[], earlier: number): string {
  const names = now.slice(0, 3).join(', ');
  const more = now.length > 3 ? ` and ${now.length - 3} more` : '';
  const before = earlier === 0 ? '' : `, and ${earlier} within guard.window before`;
  return `${now.length + earlier} groups would lose all members at once (${names}${more}${before}): check that the bind account can read their members`;
}

function counted({ removed, of, what, earlier }: Measured): string {
  const share = of === 0 ? 100 : Math.round((removed * 100) / of);
  const before = earlier === 0 ? '' : `, ${earlier} of them by earlier runs within guard.window`;
  return `${removed} of ${of} ${what} would be removed (${share} %${before})`;
}

function moreThan(setting: LimitName, { percent, count }: Limit, strictness: Strictness): string {
  if (strictness === 'any') return 'and every removal needs approval now';
  const both = strictness === 'both' ? 'and' : 'or';
  return `more than guard.${setting} allows (${percent} % ${both} ${count})`;
}

/** Describes an empty read. Names what was searched, because a wrong base or filter is the most likely cause. */
export function emptySentence(
  empty: NonNullable<Plan['empty']>,
  { users, groups }: DirectorySettings,
): string {
  const below = (search: { readonly baseDn: string; readonly filter: string }) =>
    `anywhere below "${search.baseDn}" for ${search.filter}`;
  const sentences = {
    groups: `the read found no group that a mapping matches, ${below(groups)}, although groups are managed`,
    users: `the read found no user, ${below(users)}, although memberships are managed`,
    members: `no group has any member value (${groups.members.join(', ')}), although memberships are managed: check that the bind account can read them`,
  };
  return sentences[empty];
}

/** Describes many groups that are missing at once. */
export function vanishedSentence(
  { massDisappearance, readUntrusted }: Plan,
  { guard }: DirectorySettings,
  strictness: Strictness,
): string {
  const { count = 0, of = 0 } = massDisappearance ?? {};
  const limit = moreThan('groupRemovals', guard.groupRemovals, strictness);
  const rest =
    readUntrusted === true
      ? 'the read is not trusted, and nothing is applied'
      : 'they do not count as missed';
  return `${count} of ${of} managed groups would disappear at once, ${limit}; ${rest}`;
}

/** Describes groups whose removals an administrator rejected. */
export function rejectedSentence(groups: readonly string[]): string {
  const names = groups.slice(0, 3).join(', ');
  const more = groups.length > 3 ? ` and ${groups.length - 3} more` : '';
  return `removals from ${names}${more} were rejected, or not included in an approval: they are held until an administrator approves them`;
}
