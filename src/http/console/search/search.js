/** The search of every page: a combobox in a dialog, whose options are results, pages and actions. */
import { ref } from '/console/vendor/lit-html/directives/ref.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { apiError } from '../client/loading.js';
import { counted } from '../client/text.js';
import { showModal } from '../widgets/dialog.js';
import { icon } from '../widgets/icons.js';
import { problem } from '../widgets/notices.js';
import { createFinder } from './finder.js';
import { idOf, optionList } from './option-list.js';
import { followShortcuts } from './shortcuts.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { Loaded, Status } from '../client/types.ts' */
/** @import { Option } from './options.js' */

/**
 * @param {Loaded<Status>} status
 * @param {() => void} update
 */
export function createSearch(status, update) {
  let isOpen = false;
  /** @type {ApiError | undefined} */
  let refused;
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  const finder = createFinder({ status, update, choose });
  const keys = keysOf(finder);
  const close = () => dialog?.close();

  function open() {
    isOpen = true;
    search('');
  }
  /** @param {string} text */
  function search(text) {
    refused = undefined;
    finder.search(text);
  }
  function closed() {
    finder.stop();
    isOpen = false;
    update();
  }
  /** @param {Option} option */
  async function choose({ href, act }) {
    try {
      const place = act === undefined ? href : await act();
      close();
      if (place !== undefined) location.hash = place;
    } catch (failure) {
      refused = apiError(failure);
      update();
    }
  }
  const shown = (/** @type {Element | undefined} */ element) => {
    dialog = element instanceof HTMLDialogElement ? element : undefined;
    showModal(element);
  };
  function view() {
    if (!isOpen) return nothing;
    const { sections, active, busy, error } = finder.state();
    const list = optionList(sections, active, choose);
    const count = sections.reduce((sum, { options }) => sum + options.length, 0);
    return html`<dialog class="finder" aria-label="Search" ${ref(shown)} @close=${closed} @click=${closeOutside}>
      ${field({ active: count === 0 ? undefined : idOf(active), search, keys, close })}
      ${problem(refused ?? error)}
      ${resultsView({ list, count, busy })}
    </dialog>`;
  }
  return { open, view, stop: followShortcuts(open) };
}

const LABEL = 'Search people, groups, DNs, runs, teams and actions';

/**
 * @param {object} parts
 * @param {string | undefined} parts.active the id of the option that Enter chooses
 * @param {(text: string) => void} parts.search
 * @param {(event: KeyboardEvent) => void} parts.keys
 * @param {() => void} parts.close
 */
function field({ active, search, keys, close }) {
  const typed = (/** @type {Event} */ { target }) => {
    if (target instanceof HTMLInputElement) search(target.value);
  };
  return html`<div class="finder-field">
    ${icon('search')}
    <input role="combobox" aria-label=${LABEL} aria-autocomplete="list" aria-controls="found"
      aria-expanded=${active === undefined ? 'false' : 'true'} aria-activedescendant=${active ?? nothing}
      placeholder="Search, or jump to a page" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="200"
      @input=${typed} @keydown=${keys}>
    <button type="button" class="quiet small" @click=${close}>Close</button>
  </div>`;
}

/**
 * @param {object} parts
 * @param {unknown} parts.list
 * @param {number} parts.count
 * @param {boolean} parts.busy
 */
function resultsView({ list, count, busy }) {
  return html`<p class="unseen" role="status">${busy ? '' : counted(count, 'result')}</p>
    ${count === 0 && !busy ? html`<p class="finder-none">Nothing has words that begin like this.</p>` : nothing}
    <div class="finder-results" id="found" role="listbox" aria-label="Results" aria-busy=${busy ? 'true' : 'false'}>${list}</div>`;
}

/**
 * @param {object} actions
 * @param {(step: number) => void} actions.move
 * @param {() => void} actions.enter
 * @returns {(event: KeyboardEvent) => void}
 */
function keysOf({ move, enter }) {
  return event => {
    // An input method uses these keys to select characters.
    if (event.isComposing || !['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'Enter') enter();
    else move(event.key === 'ArrowDown' ? 1 : -1);
  };
}

/** @param {Event} event a click on the backdrop has the dialog as its target */
function closeOutside({ target, currentTarget }) {
  if (target === currentTarget && target instanceof HTMLDialogElement) target.close();
}
