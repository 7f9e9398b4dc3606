/** rollcall snapshot serve: a snapshot as a directory that cannot be changed. */
import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import { type AddCommand, type CommonFlags, examplesBelow, printAnswer } from '../terminal/command.ts';
import { stopSignal } from '../terminal/stop-signal.ts';

interface ServeFlags extends CommonFlags {
  readonly port?: string;
}

/** Adds `rollcall snapshot serve`. */
export const addServeSnapshot: AddCommand = (snapshot, context) => {
  snapshot
    .command('serve <file>')
    .description(
      'Serve a snapshot over LDAP to clients of this machine until SIGTERM or SIGINT. It cannot be changed.',
    )
    .option('--port <number>', 'the port; default: any free port')
    .addHelpText('after', HELP)
    .action(async (file: string, _: ServeFlags, command: Command) => {
      const flags = command.optsWithGlobals<ServeFlags>();
      const port = portOf(flags.port ?? '0');
      const { serveSnapshot } = await import('../../app/commands/snapshot.ts');
      await using served = await serveSnapshot(file, port);
      const { url, bindDn, bindPassword } = served;
      printAnswer(flags, context, { url, bindDn, bindPassword }, [
        `${file} is served on ${url}`,
        `bindDn: ${bindDn}`,
        `bindPassword: ${bindPassword}`,
      ]);
      await stopSignal();
    });
};

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port takes a number up to 65535, not "${text}"`);
}

const HELP = `
The server listens on 127.0.0.1 and answers the account that it prints, whose password is new each time. It gives the recorded
answers to recorded requests, and answers other searches from the entries of the snapshot. It refuses a search for attributes
that the snapshot does not have.
${examplesBelow('snapshot serve corp.snapshot --port 3389')}`;
