/** The dialog to adopt a manual group: a preview, then the confirmation. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { adoptGroup } from '../calls/groups.js';
import { counted } from '../client/text.js';

/** @import { AdoptPreview, Group } from '../client/types.ts' */
/** @import { Dialog } from '../widgets/dialog.js' */

/**
 * @param {Group} group
 * @param {{ readonly dialog: Dialog, readonly announce: (text: string) => void, readonly changed: () => Promise<void> }} parts
 */
export function askToAdopt({ id, name }, { dialog, announce, changed }) {
  /** @type {AdoptPreview | undefined} */
  let preview;
  dialog.ask({
    title: `Adopt ${name}?`,
    body: () =>
      preview === undefined
        ? html`<p>A directory becomes the owner of the group. Its members become those of the directory group with the same name. You see a preview of added and removed members first.</p>`
        : previewOf(preview),
    yes: 'Continue',
    reason: 'Reason. Recorded in the audit.',
    act: async reason => {
      if (preview === undefined) {
        preview = await adoptGroup(id, { reason });
        return 'again';
      }
      await adoptGroup(id, { reason, digest: preview.digest });
      announce(`${name} is now managed.`);
      await changed();
      return undefined;
    },
  });
}

/** @param {AdoptPreview} preview */
function previewOf({ directory, dn, newName, add, remove, held }) {
  return html`
    <p>New owner: ${directory}, <code>${dn}</code></p>
    ${newName === undefined ? nothing : html`<p>The group will be renamed to <strong>${newName}</strong>.</p>`}
    <p><strong>${counted(add.length, 'person', 'people')} would be added</strong>${names(add)}</p>
    <p><strong>${counted(remove.length, 'person', 'people')} would be removed</strong>${names(remove)}</p>
    ${held.map(reason => html`<p>The removals would be held: ${reason}.</p>`)}`;
}

/** @param {readonly string[]} people */
function names(people) {
  return people.length === 0
    ? nothing
    : html`: ${people.slice(0, 60).join(', ')}${people.length > 60 ? ' …' : ''}`;
}
