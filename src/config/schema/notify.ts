/** The schema of `notify`: webhooks that receive alarms. */
import { block, flag, list, oneOf, secret, text, url } from './values.ts';

const ALARMS = ['held', 'failed', 'doubt', 'password', 'stale', 'recovered'] as const;
const EVENTS = [...ALARMS, 'changed', 'sealed'] as const;

/** The schema of `notify`. No webhooks by default. */
export function notifySchema() {
  return block({
    webhooks: list(webhookSchema(), 'a list of webhooks')
      .default([])
      .describe('Endpoints that receive alarms and membership changes.'),
  });
}

function webhookSchema() {
  return block({
    name: text('a name of at most 64 characters', /^\S.{0,63}$/).describe(
      'Identifies the webhook in the status, the metrics and the log, which never contain the URL.',
    ),
    url: url('an https:// URL', text => /^https?:\/\/[^/]/.test(text) && URL.canParse(text)).describe(
      'Receives signed POST requests (Standard Webhooks specification). http:// only to this machine.',
    ),
    allowPlaintext: flag().default(false).describe('Allows http:// to other machines.'),
    secret: secret().describe('Signs the messages: whsec_ and base64, or any text. Prefer secretFile.'),
    secretFile: text('the path of a file').optional().describe('A file that contains the secret.'),
    events: list(oneOf(EVENTS), `a list of ${EVENTS.join(', ')}`, 1)
      .default([...ALARMS])
      .describe(
        'held: removals wait for approval; failed: the last run failed or was partial; doubt: a member has been in doubt for longer than guard.doubtAlarm; password: the password of a bind account expires soon; stale: changes have not been followed for liveAlarm; recovered: the condition has ended; changed: memberships were added or removed; sealed: the audit has a new anchor.',
      ),
    showNames: flag()
      .default(false)
      .describe('Whether messages of the event changed name teams and groups; otherwise they have ids only.'),
  });
}
