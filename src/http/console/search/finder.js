/** The state of the search: the text, its options, and the active one. */
import { createAnswers } from './answers.js';
import { idOf } from './option-list.js';
import { actionSection, resultSections } from './options.js';

/** @import { Loaded, Status } from '../client/types.ts' */
/** @import { Option } from './options.js' */

/**
 * @param {object} context
 * @param {Loaded<Status>} context.status
 * @param {() => void} context.update
 * @param {(option: Option) => unknown} context.choose
 */
export function createFinder({ status, update, choose }) {
  let text = '';
  let active = 0;
  /** The user pressed Enter before the answer arrived. */
  let isAwaited = false;
  const answers = createAnswers(arrived);

  const sectionsOf = () =>
    [...resultSections(answers.state.results), actionSection(text, status.value)].filter(
      ({ options }) => options.length > 0,
    );
  const optionsOf = () => sectionsOf().flatMap(({ options }) => options);

  function arrived() {
    const [first] = optionsOf();
    if (isAwaited && first !== undefined) choose(first);
    isAwaited = false;
    update();
  }
  /** @param {string} typed */
  function search(typed) {
    text = typed.trim();
    active = 0;
    isAwaited = false;
    answers.ask(text);
    update();
  }
  /** @param {number} step to another option, from the last to the first and back */
  function move(step) {
    const { length } = optionsOf();
    active = length === 0 ? 0 : (active + step + length) % length;
    update();
    requestAnimationFrame(() => document.getElementById(idOf(active))?.scrollIntoView({ block: 'nearest' }));
  }
  function enter() {
    const option = optionsOf()[active];
    if (answers.state.busy && active === 0) isAwaited = true;
    else if (option !== undefined) choose(option);
  }
  const state = () => ({ ...answers.state, sections: sectionsOf(), active });
  return { state, search, move, enter, stop: answers.stop };
}
