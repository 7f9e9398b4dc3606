/** The steps of an explanation that concern a mapping in shadow. */
import type { Explanation, Step } from '../../model/access.ts';
import type { ShadowFacts } from '../../model/explanation.ts';

/** What the mapping would do to the user if it were not in shadow. */
export function shadowSteps(username: string, shadow: ShadowFacts | undefined): Step[] {
  if (shadow === undefined) return [];
  const { mapping, change } = shadow;
  const text =
    change === undefined
      ? `mapping ${mapping} is in shadow: no run changes the group`
      : `${username} would be ${change.action === 'add' ? 'added' : 'removed'} by mapping ${mapping} (${change.reason}), which is in shadow: no run changes the group, which differs since ${change.since.toISOString()}`;
  return [{ kind: 'policy', ok: false, text }];
}

/** What must change for a user who is not a member. */
export function shadowMissing(shadow: ShadowFacts | undefined): string[] {
  return shadow === undefined ? [] : [`mapping ${shadow.mapping} is no longer in shadow`];
}

/** Explains a membership in a group that no run creates, because its mapping is in shadow. */
export function explainUncreated(
  username: string,
  group: { readonly team: string; readonly name: string; readonly dn: string },
  shadow: ShadowFacts,
): Explanation {
  const { team, name, dn } = group;
  const text = `${team}/${name} does not exist: a mapping in shadow would create it for "${dn}"`;
  const named =
    shadow.change === undefined ? [`"${dn}" names ${username}, directly or through a nested group`] : [];
  return {
    answer: false,
    steps: [{ kind: 'group', ok: false, text }, ...shadowSteps(username, shadow)],
    since: null,
    runId: null,
    missing: [...shadowMissing(shadow), ...named],
  };
}
