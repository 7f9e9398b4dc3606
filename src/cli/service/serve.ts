/** rollcall serve: runs the background service. */
import type { Service } from '../../app/commands/serve.ts';
import { UsageError } from '../../errors.ts';
import type { Role } from '../../model/settings.ts';
import { type AddCommand, type CommonFlags, configurationOf } from '../terminal/command.ts';
import { stopSignal } from '../terminal/stop-signal.ts';

const ROLES: readonly Role[] = ['scheduler', 'worker', 'http'];

/** Adds `rollcall serve`. */
export const addServe: AddCommand = (program, context) => {
  program
    .command('serve')
    .description('Run the background service until SIGTERM or SIGINT. Several instances can run at once.')
    .option('--roles <list>', 'the roles of this instance, separated by commas', ROLES.join(','))
    .option('--config <file>', 'configuration file')
    .option('--json', 'log JSON lines even on a terminal')
    .addHelpText('after', HELP)
    .action(async (flags: CommonFlags & { roles: string }) => {
      const roles = rolesOf(flags.roles);
      const load = () => configurationOf(flags, context);
      const loaded = await load();
      const { settings } = loaded;
      const { createLog } = await import('../../log.ts');
      const log = createLog({ level: settings.log.level, ...(flags.json && { pretty: false }) });
      const started = Promise.withResolvers<Service>();
      // Without a listener, SIGHUP would end the process. During the start, it waits.
      process.on('SIGHUP', () => void started.promise.then(({ reload }) => reload({ by: 'SIGHUP' })));
      const { serve } = await import('../../app/commands/serve.ts');
      await using service = await serve(settings, { roles, log, configuration: { loaded, load } });
      started.resolve(service);
      const signal = await stopSignal();
      log.info({ signal }, 'stopping: finishing current tasks, accepting no new ones');
      await service.stop();
    });
};

function rolesOf(text: string): Role[] {
  const names = text.split(',').map(name => name.trim());
  const roles = ROLES.filter(role => names.includes(role));
  const unknown = names.filter(name => !ROLES.some(role => role === name));
  if (unknown.length > 0)
    throw new UsageError(`--roles takes ${ROLES.join(', ')}, not "${unknown.join(', ')}"`);
  return roles;
}

const HELP = `
Roles: scheduler starts runs by schedule and resumes the work of dead processes; worker reads directories and applies
plans; http serves the API and the console.

Examples:
  rollcall serve
  rollcall serve --roles scheduler,worker
  rollcall serve --roles http`;
