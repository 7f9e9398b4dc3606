/** From manual to managed, in two steps: who would come and go, then yes. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { adoptGroup } from '../calls/groups.js';
import { counted } from '../text.js';

/** @import { AdoptPreview, Group } from '../types.ts' */
/** @import { Dialog } from './dialog.js' */

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
        ? html`<p>A directory takes the group over: its members become those of the directory group of the same name. First you see who would come and go.</p>`
        : previewOf(preview),
    yes: 'Go on',
    reason: 'Why? Kept in the audit.',
    act: async reason => {
      if (preview === undefined) {
        preview = await adoptGroup(id, { reason });
        return 'again';
      }
      await adoptGroup(id, { reason, digest: preview.digest });
      announce(`${name} is managed now.`);
      await changed();
      return undefined;
    },
  });
}

/** @param {AdoptPreview} preview */
function previewOf({ directory, dn, newName, add, remove, held }) {
  return html`
    <p>Taken over by ${directory}: <code>${dn}</code></p>
    ${newName === undefined ? nothing : html`<p>It will be called <strong>${newName}</strong>.</p>`}
    <p><strong>${counted(add.length, 'person', 'people')} would be added</strong>${names(add)}</p>
    <p><strong>${counted(remove.length, 'person', 'people')} would be removed</strong>${names(remove)}</p>
    ${held.map(reason => html`<p>The removals would wait: ${reason}.</p>`)}`;
}

/** @param {readonly string[]} people */
function names(people) {
  return people.length === 0
    ? nothing
    : html`: ${people.slice(0, 60).join(', ')}${people.length > 60 ? ' …' : ''}`;
}
