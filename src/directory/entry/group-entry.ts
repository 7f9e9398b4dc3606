/** Converts group entries to groups whose members are not assembled yet. */
import { templateAttributes } from '../../mapping/template-attributes.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryGroup, GroupCauses } from '../../model/snapshot.ts';
import type { Steps } from '../../steps/steps.ts';
import { type Entry, firstText, namingChoices, namingText } from './entry.ts';
import { entryId } from './identity.ts';
import { type FoundMembers, findMembers, type Interners } from './member-values.ts';
import type { Traits } from './vendor.ts';

/** A group as its own entry shows it: not mapped and not flattened. */
export interface GroupEntry extends Omit<DirectoryGroup, 'members' | 'mapping'> {
  /** When the entry last changed; undefined: the entry does not show it. */
  readonly changedAt: string | undefined;
  readonly urls: GroupCauses['urls'];
  readonly bitStrings: GroupCauses['bitStrings'];
  /** Replaced when the values are complete. */
  values: FoundMembers;
}

/** The attributes to request. `memberURL` shows that a group is dynamic. */
export function groupAttributes({ groups, mappings }: DirectorySettings, traits: Traits): string[] {
  const primary = groups.primaryGroup ? [traits.primaryGroup.group] : [];
  const names = [groups.name, ...templateAttributes(mappings), traits.idAttribute, traits.changedAt];
  return [...new Set([...names, ...groups.members, 'memberURL', ...primary])];
}

export function* readGroup(
  entry: Entry,
  { groups }: DirectorySettings,
  traits: Traits,
  templated: readonly string[],
  interners: Interners,
): Steps<GroupEntry> {
  const several = templated.flatMap(name => {
    const choices = namingChoices(entry, name);
    return choices.length === 0 ? [] : [[name, choices] as const];
  });
  const values = yield* findMembers(entry, groups, interners);
  return {
    externalId: entryId(entry, traits.idAttribute),
    changedAt: firstText(entry, traits.changedAt),
    dn: entry.dn,
    name: namingText(entry, groups.name),
    ...(several.length > 0 && { choices: Object.fromEntries(several) }),
    attributes: Object.fromEntries(templated.flatMap(name => attribute(entry, name))),
    urls: values.urls,
    bitStrings: values.bitStrings,
    values,
  };
}

function attribute(entry: Entry, name: string): [string, string][] {
  const text = namingText(entry, name);
  return text === undefined ? [] : [[name, text]];
}
