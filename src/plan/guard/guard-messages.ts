/** What the guard says when a limit trips: numbers, the setting that rules it, and what to look at. */
import type { Plan, Strictness } from '../../model/plan.ts';
import type { DirectorySettings, GuardSettings, Limit } from '../../model/settings.ts';

export type LimitName = Exclude<keyof GuardSettings, 'windowMs'>;

/** What is held against a limit, and what the numbers are of. */
export interface Measured {
  readonly setting: LimitName;
  readonly removed: number;
  readonly of: number;
  readonly what: string;
  /** Of `removed`, what earlier runs did. */
  readonly earlier: number;
}

export const FIRST_RUN =
  'this is the first run of this directory, and firstRun: confirm wants a person to see its plan before anything is applied';

/** A limit that tripped. */
export function limitSentence(limit: Limit, measured: Measured, strictness: Strictness): string {
  return `${counted(measured)}, ${moreThan(measured.setting, limit, strictness)}`;
}

/** Half of everything, or more, whatever the count. */
export function halfSentence(measured: Measured, { percent }: Limit): string {
  const reason = percent < 50 ? 'half or more' : `more than guard.${measured.setting}.percent allows`;
  return `${counted(measured)}, ${reason}, from several groups at once`;
}

/** Several groups that would be left without anybody. */
export function emptiedMessage(now: readonly string[], earlier: number): string {
  const names = now.slice(0, 3).join(', ');
  const more = now.length > 3 ? ` and ${now.length - 3} more` : '';
  const before = earlier === 0 ? '' : `, and ${earlier} within guard.window before`;
  return `${now.length + earlier} groups would be left without anybody at once (${names}${more}${before}): may the bind account read their members?`;
}

function counted({ removed, of, what, earlier }: Measured): string {
  const share = of === 0 ? 100 : Math.round((removed * 100) / of);
  const before = earlier === 0 ? '' : `, ${earlier} of them by earlier runs within guard.window`;
  return `${removed} of ${of} ${what} would be removed (${share} %${before})`;
}

function moreThan(setting: LimitName, { percent, count }: Limit, strictness: Strictness): string {
  if (strictness === 'any') return 'and none may be for now';
  const both = strictness === 'both' ? 'and' : 'or';
  return `more than guard.${setting} allows (${percent} % ${both} ${count})`;
}

/** Names what was searched, because a base or a filter with a mistake in it is the likeliest cause. */
export function emptySentence(
  empty: NonNullable<Plan['empty']>,
  { users, groups }: DirectorySettings,
): string {
  const below = (search: { readonly baseDn: string; readonly filter: string }) =>
    `anywhere below "${search.baseDn}" for ${search.filter}`;
  const sentences = {
    groups: `the directory shows no group that a mapping matches, ${below(groups)}, although groups are managed`,
    users: `the directory shows no person, ${below(users)}, although memberships are managed`,
    members: `no group has any member value (${groups.members.join(', ')}), although memberships are managed: may the bind account read them?`,
  };
  return sentences[empty];
}

/** Groups that would go missing in numbers. */
export function vanishedSentence(
  { vanished, disbelieved }: Plan,
  { guard }: DirectorySettings,
  strictness: Strictness,
): string {
  const { count = 0, of = 0 } = vanished ?? {};
  const limit = moreThan('groupRemovals', guard.groupRemovals, strictness);
  const rest = disbelieved === true ? 'nothing is concluded from that' : 'they do not count as missed';
  return `${count} of ${of} managed groups would disappear at once, ${limit}; ${rest}`;
}

/** Groups of which a person said no before. */
export function rejectedSentence(groups: readonly string[]): string {
  const names = groups.slice(0, 3).join(', ');
  const more = groups.length > 3 ? ` and ${groups.length - 3} more` : '';
  return `removals from ${names}${more} were rejected, or left out of an approval: they wait until one allows them`;
}
