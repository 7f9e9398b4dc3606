/** rollcall freeze and unfreeze: exclude one AccessGroup from the sync for a while. */
import type { Ownership } from '../../app/operations/ownership.ts';
import type { GroupDetail } from '../../model/access.ts';
import type { Act } from '../../model/ownership.ts';
import {
  type AddCommand,
  type CommonFlags,
  caller,
  newCommand,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { requireReason } from '../terminal/confirm.ts';
import { openOwnershipOf } from '../terminal/open.ts';

interface FreezeFlags extends CommonFlags {
  readonly team: string;
  readonly reason: string;
}

interface FreezeCommand {
  readonly command: string;
  readonly description: string;
  readonly done: string;
  readonly help: string;
  readonly change: (ownership: Ownership, id: number, act: Act) => Promise<GroupDetail>;
}

const FREEZE: FreezeCommand = {
  command: 'freeze <group>',
  description: 'Exclude an AccessGroup from the sync: its name and members do not change.',
  done: 'is frozen: the sync does not change it until "unfreeze"',
  change: (ownership, id, act) => ownership.freeze(id, act),
  help: `
Runs continue with all other groups, and status counts frozen groups. Changes in the directory apply after unfreeze.

Examples:
  rollcall freeze eng-api --team platform --reason "incident INC-77: no access changes tonight"`,
};

const UNFREEZE: FreezeCommand = {
  command: 'unfreeze <group>',
  description: 'Include a frozen AccessGroup in the sync again.',
  done: 'is no longer frozen: the next run updates it from the directory',
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
  { command, description, done, help, change }: FreezeCommand,
  ...[program, context]: Parameters<AddCommand>
): void {
  newCommand(program, command, 'the group')
    .description(description)
    .requiredOption('--team <slug>', 'the team of the group')
    .requiredOption('--reason <text>', 'why; recorded in the audit')
    .addHelpText('after', help)
    .action(async (name: string, flags: FreezeFlags) => {
      const act = { by: caller(), reason: requireReason(flags.reason) };
      await using ownership = await openOwnershipOf(await settingsOf(flags, context));
      const { id } = await ownership.find(flags.team, name);
      const group = await change(ownership, id, act);
      printAnswer(flags, context, group, [`${flags.team}/${name} ${done}`]);
    });
}
