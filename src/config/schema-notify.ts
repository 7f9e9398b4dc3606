/** Who is told, without asking, that a directory needs a person. */
import { block, flag, list, oneOf, secret, text, url } from './values.ts';

const EVENTS = ['held', 'failed', 'doubt', 'recovered'] as const;

/** `notify`: nobody by default. */
export function notifySchema() {
  return block({
    webhooks: list(webhookSchema(), 'a list of webhooks').default([]).describe('Endpoints that are told.'),
  });
}

function webhookSchema() {
  return block({
    name: text('a name of at most 64 characters', /^\S.{0,63}$/).describe(
      'Stands in the status, the metrics and the log instead of the URL.',
    ),
    url: url('an https:// URL', text => /^https?:\/\/[^/]/.test(text) && URL.canParse(text)).describe(
      'Takes signed POST requests as in the Standard Webhooks specification; http:// only to this machine.',
    ),
    allowPlaintext: flag().default(false).describe('Allows http:// to other machines.'),
    secret: secret().describe('Signs what is sent: whsec_ and base64, or any text. Better: secretFile.'),
    secretFile: text('the path of a file').optional().describe('A file that holds the secret.'),
    events: list(oneOf(EVENTS), `a list of ${EVENTS.join(', ')}`, 1)
      .default([...EVENTS])
      .describe(
        'held: removals wait; failed: the last run failed, wholly or in part; doubt: a member has been in doubt for longer than guard.doubtAlarm; recovered: it is over.',
      ),
  });
}
