/** Checks whether the changes of a directory can be followed, and says what is not reported. */
import { DirectoryError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Mechanism } from '../../model/watch.ts';
import { openWatch, type Watch } from '../watch/open-watch.ts';

/** A watch that works is current after a second. */
const WATCH_TIMEOUT_MS = 5000;

/** Opens the watch until it works. No finding if `live` is off. */
export async function checkLive(settings: DirectorySettings): Promise<Finding[]> {
  if (settings.live === 'off') return [];
  const subject = `${settings.name} live`;
  try {
    using watch = await openWatch(settings, { signal: AbortSignal.timeout(WATCH_TIMEOUT_MS) });
    if (watch === undefined) return [{ subject, level: 'warn', message: NO_MARKER, fix: MARKER_FIX }];
    await currentOnce(watch);
    return [findingOf(subject, settings, watch)];
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    const fix = error.fix ?? 'Until then, changes are found by the schedule.';
    return [{ subject, level: 'warn', message: `changes cannot be followed: ${error.problem}`, fix }];
  }
}

const NO_MARKER = 'the server has no change marker, so changes are only found by the schedule';
const MARKER_FIX =
  'OpenLDAP: enable the syncprov overlay and read access to contextCSN. 389: enable the USN plug-in.';

async function currentOnce({ events }: Watch): Promise<void> {
  for await (const event of events) if (event.kind === 'current') return;
}

function findingOf(subject: string, settings: DirectorySettings, watch: Watch): Finding {
  const { mechanism, because } = watch;
  const message = `changes are followed by ${mechanism}; only the schedule finds ${unseen(settings, mechanism).join(', ')}`;
  if (because === undefined) return { subject, level: 'ok', message };
  return {
    subject,
    level: 'warn',
    message: `${message}. The server refused to report changes: ${because}`,
    fix: 'Let the account use the control, or set live: poll.',
  };
}

/** Changes that matter and that no server reports, or that this mechanism does not report. */
function unseen({ groups, users }: DirectorySettings, mechanism: Mechanism): string[] {
  return [
    ...(users.includeDisabled ? [] : ['accounts that expire']),
    ...(groups.dynamic ? ['changes of dynamic groups (memberURL)'] : []),
    ...(mechanism === 'notification' ? ['deletions, unless the account may list CN=Deleted Objects'] : []),
    ...(mechanism === 'polling' ? ['deletions'] : []),
    'groups that are gone, after two reads',
  ];
}
