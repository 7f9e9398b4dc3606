/** Form fields. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { icon } from './icons.js';

/**
 * A search field. Calls `use` on every change.
 * @param {string} label also the placeholder
 * @param {string} value
 * @param {(text: string) => void} use
 */
export function searchField(label, value, use) {
  return html`<label class="search">
    <span class="unseen">${label}</span>${icon('search')}
    <input type="search" placeholder=${label} autocomplete="off" spellcheck="false" value=${value}
      @input=${(/** @type {Event} */ event) => use(textIn(event))}>
  </label>`;
}

/**
 * @param {object} field
 * @param {string} field.label
 * @param {string} field.name
 * @param {string} [field.value]
 * @param {string} [field.placeholder]
 * @param {string} [field.help]
 * @param {string} [field.list] id of a datalist
 * @param {boolean} [field.required]
 * @param {number} [field.max]
 * @param {string} [field.type]
 * @param {(text: string) => void} [field.use]
 */
export function textField({
  label,
  name,
  value = '',
  placeholder = '',
  help,
  list,
  required = false,
  max = 200,
  type = 'text',
  use,
}) {
  const id = `field-${name}`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} name=${name} type=${type} value=${value} placeholder=${placeholder} ?required=${required} maxlength=${max}
      list=${list ?? nothing} autocomplete="off" spellcheck="false" aria-describedby=${help ? `${id}-help` : nothing}
      @input=${(/** @type {Event} */ event) => use?.(textIn(event))}>
    ${help ? html`<p class="help" id="${id}-help">${help}</p>` : nothing}
  </div>`;
}

/**
 * @param {object} field
 * @param {string} field.label
 * @param {string} field.name
 * @param {string} field.value
 * @param {readonly (readonly [value: string, text: string])[]} field.choices
 * @param {string} [field.help]
 * @param {(value: string) => void} [field.use]
 */
export function choiceField({ label, name, value, choices, help, use }) {
  const id = `field-${name}`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} name=${name} aria-describedby=${help ? `${id}-help` : nothing}
      @change=${(/** @type {Event} */ event) => use?.(textIn(event))}>
      ${choices.map(([choice, text]) => html`<option value=${choice} ?selected=${choice === value}>${text}</option>`)}
    </select>
    ${help ? html`<p class="help" id="${id}-help">${help}</p>` : nothing}
  </div>`;
}

/**
 * A choice of one directory or all. Nothing if there is only one.
 * @param {readonly { readonly name: string }[]} directories
 * @param {string} value
 * @param {(name: string) => void} use
 */
export function directoryField(directories, value, use) {
  if (directories.length < 2) return nothing;
  const names = directories.map(({ name }) => /** @type {const} */ ([name, name]));
  const choices = [/** @type {const} */ (['', 'All directories']), ...names];
  return choiceField({ label: 'Directory', name: 'directory', value, choices, use });
}

/**
 * Suggestions for a text field.
 * @param {string} id
 * @param {readonly (readonly [value: string, text: string])[]} choices
 */
export function offers(id, choices) {
  return html`<datalist id=${id}>${choices.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</datalist>`;
}

/**
 * The trimmed values of a form by field name. Cancels the event.
 * @param {SubmitEvent} event
 * @returns {Readonly<Record<string, string>>}
 */
export function submitted(event) {
  event.preventDefault();
  if (!(event.currentTarget instanceof HTMLFormElement)) return {};
  const fields = [...new FormData(event.currentTarget)];
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']),
  );
}

/** @param {Event} event */
function textIn({ target }) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
