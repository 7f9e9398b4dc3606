/** The keys that open the search: `/` outside of text fields, and Ctrl-K or ⌘K anywhere. */

/**
 * @param {() => void} open is not called while a dialog is open
 * @returns {() => void} stops it
 */
export function followShortcuts(open) {
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const isSlash =
      event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isText(event.target);
    const isCtrlK = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey);
    if (!isSlash && !isCtrlK) return;
    if (document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    open();
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}

/** @param {EventTarget | null} target */
function isText(target) {
  return target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]');
}
