/** The messages for webhooks about membership changes. They name groups only if the webhook asks for names. */

import type { WebhookSettings } from '../../model/settings.ts';
import type { NewNotice, RunChanges } from '../../model/status/alarm.ts';
import { linkTo, type NoticeSettings } from './alarm-messages.ts';

/** A message lists at most so many groups. */
const MAX_GROUPS = 500;

/** Builds one message for each run. `after`: the cursor before the changes. */
export function changeNotices(
  webhook: Pick<WebhookSettings, 'name' | 'showNames'>,
  changes: readonly RunChanges[],
  {
    after,
    now,
    publicUrl,
  }: Pick<NoticeSettings, 'publicUrl'> & { readonly after: string; readonly now: Date },
): NewNotice[] {
  return changes.map(({ run, directory, groups }) => {
    const sum = (of: 'added' | 'removed') => groups.reduce((total, group) => total + group[of], 0);
    const listed = groups.map(({ id, team, name, added, removed }) => ({
      id,
      ...(webhook.showNames && { team, name }),
      added,
      removed,
    }));
    const data = {
      run,
      directory,
      counts: { groups: groups.length, added: sum('added'), removed: sum('removed') },
      groups: groups.length > MAX_GROUPS ? 'many' : listed,
      after,
      ...(publicUrl !== undefined && run !== null && { link: linkTo(publicUrl, `#/runs/${run}`) }),
    };
    return {
      webhook: webhook.name,
      body: JSON.stringify({ type: 'membership.changed', timestamp: now, data }),
    };
  });
}
