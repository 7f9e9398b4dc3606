/** What a plan of an anonymised snapshot needs in addition to the answers of the directory, with the same pseudonyms. */
import type { Anonymiser } from '../../directory/anonymise/anonymiser.ts';
import type { Inputs } from '../../directory/recording/inputs.ts';
import type { Header } from '../../directory/recording/lines.ts';
import type { ReadInput } from '../../jobs/planning/plan-directory.ts';
import type { DirectorySettings, MappingSettings } from '../../model/settings.ts';
import type { DirectoryGroup } from '../../model/snapshot.ts';
import { targetsOf } from '../../plan/groups/target.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { anonymiseCurrent } from './current.ts';
import { anonymiseSettings } from './settings.ts';

/** The header with pseudonyms. A digest of the configuration would show whether a guess is right. */
export function anonymiseHeader(header: Header, { text }: Anonymiser): Header {
  const { directory, users, groups } = header;
  return {
    ...header,
    directory: text(directory),
    users: { baseDn: text(users.baseDn) },
    groups: { baseDn: text(groups.baseDn) },
    configuration: '',
    anonymised: true,
  };
}

/** Returns the inputs with pseudonyms. `input`: of the plan; undefined: the read failed. */
export async function anonymiseInputs(
  settings: DirectorySettings,
  input: ReadInput | undefined,
  anonymiser: Anonymiser,
): Promise<Inputs> {
  const anonymous = anonymiseSettings(settings, anonymiser, input?.snapshot);
  if (input === undefined) return { settings: anonymous, current: undefined };
  const { mappings } = anonymous;
  const names = await targetNames(input, mappings, anonymiser);
  const targetName = (name: string) => names.get(name) ?? anonymiser.text(name);
  return {
    settings: anonymous,
    current: anonymiseCurrent(input.current, { anonymiser, settings, anonymous, targetName }),
  };
}

/** A template can join two words to one, and long names are cut, so that the pseudonyms of AccessGroups come from their groups. */
async function targetNames(
  { snapshot, prepared }: ReadInput,
  mappings: readonly MappingSettings[],
  { text }: Anonymiser,
): Promise<ReadonlyMap<string, string>> {
  const groups = snapshot.groups.map(group => anonymiseGroup(group, text));
  const others = await inTurns(targetsOf({ ...snapshot, groups }, mappings));
  return new Map(
    prepared.targets.flatMap(({ name, team }, index): [string, string][] => {
      const other = others[index];
      if (other === undefined) return [];
      return [
        [team, other.team],
        [name, other.name],
      ];
    }),
  );
}

function anonymiseGroup(group: DirectoryGroup, text: (name: string) => string): DirectoryGroup {
  const attributes = Object.entries(group.attributes).map(([name, value]) => [name, text(value)]);
  const { externalId, dn } = group;
  return {
    ...group,
    dn: text(dn),
    externalId: externalId === undefined ? undefined : text(externalId),
    attributes: Object.fromEntries(attributes),
  };
}
