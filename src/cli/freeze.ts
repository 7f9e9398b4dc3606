/** rollcall freeze and unfreeze: have the sync leave one AccessGroup as it is, for a while. */
import { type Ownership, openOwnership } from '../app/ownership.ts';
import type { GroupDetail } from '../model-access.ts';
import type { Act } from '../model-ownership.ts';
import { requireReason } from './confirm.ts';
import {
  type AddCommand,
  type CommonFlags,
  caller,
  commandLog,
  EXIT,
  print,
  printJson,
  settingsOf,
} from './context.ts';

interface FreezeFlags extends CommonFlags {
  readonly team: string;
  readonly reason: string;
}

interface Freezing {
  readonly command: string;
  readonly description: string;
  readonly done: string;
  readonly help: string;
  readonly change: (ownership: Ownership, id: number, act: Act) => Promise<GroupDetail>;
}

const FREEZE: Freezing = {
  command: 'freeze <group>',
  description: 'Have the sync leave an AccessGroup as it is: neither its name nor its members change.',
  done: 'is frozen: it stays as it is until "unfreeze"',
  change: (ownership, id, act) => ownership.freeze(id, act),
  help: `
Runs go on with everything else, and status counts what is frozen. What the directory says meanwhile waits.

Examples:
  rollcall freeze eng-api --team platform --reason "incident INC-77: nobody loses access tonight"`,
};

const UNFREEZE: Freezing = {
  command: 'unfreeze <group>',
  description: 'Give a frozen AccessGroup back to the sync.',
  done: 'is no longer frozen: the next run makes it as the directory says',
  change: (ownership, id, act) => ownership.unfreeze(id, act),
  help: `
Examples:
  rollcall unfreeze eng-api --team platform --reason "INC-77 is over"
  rollcall sync corp --group eng-api`,
};

/** Adds `rollcall freeze`. */
export const addFreeze: AddCommand = (...program) => add(FREEZE, ...program);

/** Adds `rollcall unfreeze`. */
export const addUnfreeze: AddCommand = (...program) => add(UNFREEZE, ...program);

function add(
  { command, description, done, help, change }: Freezing,
  ...[program, surroundings, exit]: Parameters<AddCommand>
): void {
  program
    .command(command)
    .description(description)
    .requiredOption('--team <slug>', 'the team of the group')
    .requiredOption('--reason <text>', 'why; kept in the audit')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the group as JSON')
    .addHelpText('after', help)
    .action(async (name: string, flags: FreezeFlags) => {
      const act = { by: caller(), reason: requireReason(flags.reason) };
      const { settings } = await settingsOf(flags, surroundings);
      await using ownership = await openOwnership(settings, commandLog(settings.log.level));
      const { id } = await ownership.find(flags.team, name);
      const group = await change(ownership, id, act);
      if (flags.json) printJson(surroundings, group);
      else print(surroundings, `${flags.team}/${name} ${done}`);
      exit(EXIT.ok);
    });
}
