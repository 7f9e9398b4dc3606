/** rollcall notify: tests the configured webhooks. */
import { UsageError } from '../../errors.ts';
import type { WebhookSettings } from '../../model/settings.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  examplesBelow,
  newCommand,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';

/** Adds `rollcall notify test [NAME]`. */
export const addNotify: AddCommand = (program, context, exit) => {
  const notify = program
    .command('notify')
    .description('The webhooks that receive alarms.')
    .addHelpText('after', examplesBelow('notify test'));
  newCommand(notify, 'test [name]', 'the responses')
    .description('Send a signed test message to one webhook or to all, and print the response.')
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, flags: CommonFlags) => {
      const settings = await settingsOf(flags, context);
      const { testWebhooks } = await import('../../app/commands/notify-test.ts');
      const results = await testWebhooks(chosen(name, settings.notify.webhooks));
      const answers = results.map(result => ({ name: result.name, ...result.answer }));
      const lines = answers.map(answer => {
        const outcome = answer.kind === 'delivered' ? `delivered, answered ${answer.status}` : answer.reason;
        return `${answer.name}: ${outcome}`;
      });
      printAnswer(flags, context, answers, lines);
      exit(results.every(({ answer }) => answer.kind === 'delivered') ? EXIT.ok : EXIT.failed);
    });
};

function chosen(name: string | undefined, all: readonly WebhookSettings[]): readonly WebhookSettings[] {
  const webhooks = name === undefined ? all : all.filter(webhook => webhook.name === name);
  if (webhooks.length > 0) return webhooks;
  const known = all.map(webhook => webhook.name).join(', ');
  throw new UsageError(
    all.length === 0
      ? 'the configuration has no webhook under notify.webhooks'
      : `webhook "${name}" is not configured; configured: ${known}`,
  );
}

const HELP = `
Exit codes: 0 every message was delivered, 2 bad configuration or usage, 5 at least one was not.

Examples:
  rollcall notify test
  rollcall notify test pager`;
