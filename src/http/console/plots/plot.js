/** One plot of runs. Loads uPlot, the largest part of the console, only when the first plot is shown. */
import { HEIGHT, optionsOf } from './plot-options.js';

/** @import uPlot from 'uplot' */
/** @import { PlotSpec } from './plot-options.js' */

/** @param {PlotSpec} spec */
export function createPlot(spec) {
  /** @type {Element | undefined} */
  let place;
  /** @type {uPlot | undefined} */
  let plot;
  /** @type {number[][]} */
  let values = [];
  /** @type {readonly number[]} */
  let runs = [];
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const observer = new ResizeObserver(() =>
    plot?.setSize({ width: place?.clientWidth ?? 300, height: HEIGHT }),
  );
  scheme.addEventListener('change', draw);

  async function draw() {
    const { default: Plot } = await import('/console/vendor/uplot/uPlot.esm.js');
    plot?.destroy();
    plot = undefined;
    if (!(place instanceof HTMLElement)) return;
    plot = new Plot(
      optionsOf(Plot, place, spec, () => runs),
      valuesOf(),
      place,
    );
  }
  /** @returns {uPlot.AlignedData} */
  function valuesOf() {
    return [runs.map((_run, at) => at), ...values];
  }
  /** For lit's `ref`. @param {Element | undefined} element */
  function mount(element) {
    observer.disconnect();
    place = element;
    if (element === undefined) return;
    observer.observe(element);
    void draw();
  }
  /**
   * @param {readonly number[]} ids
   * @param {number[][]} lines
   */
  function show(ids, lines) {
    if (String(ids) === String(runs) && String(lines) === String(values)) return;
    runs = ids;
    values = lines;
    plot?.setData(valuesOf());
  }
  function close() {
    scheme.removeEventListener('change', draw);
    observer.disconnect();
    plot?.destroy();
  }
  return { mount, show, close };
}
