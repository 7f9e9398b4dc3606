/** One plot over runs. uPlot is loaded when the first one is shown; it is the largest part of the console. */

/** @import uPlot from 'uplot' */

const HEIGHT = 180;
/** Lines behind the bars, whose heights grow with the logarithm. */
const POWERS = [-100_000, -10_000, -1000, -100, -10, 0, 10, 100, 1000, 10_000, 100_000];

/**
 * @param {object} wish
 * @param {'bars' | 'line'} wish.kind bars of one run stand over each other
 * @param {readonly { label: string, color: string }[]} wish.series color: a custom property
 * @param {(value: number) => string} wish.format
 */
export function createPlot({ kind, series, format }) {
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
    plot = new Plot(optionsOf(Plot, place), valuesOf(), place);
  }
  /** @returns {uPlot.AlignedData} */
  function valuesOf() {
    return [runs.map((_run, at) => at), ...values];
  }
  /**
   * @param {typeof uPlot} Plot
   * @param {HTMLElement} element
   * @returns {uPlot.Options}
   */
  function optionsOf(Plot, element) {
    const style = getComputedStyle(element);
    const color = (/** @type {string} */ name) => resolved(element, name);
    const font = `12px ${style.fontFamily}`;
    const axis = { stroke: color('--soft'), font, ticks: { show: false }, gap: 6 };
    const bars = kind === 'bars' ? Plot.paths.bars?.({ size: [0.7, 28] }) : undefined;
    return {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [-0.6, runs.length - 0.4] },
        y: {
          // A first sync adds hundreds of times what a usual run does: both are to be seen.
          ...(kind === 'bars' ? { distr: 4, asinh: 1 } : {}),
          range: (_plot, min, max) => [
            Math.min(0, min * 1.2),
            Math.max(kind === 'bars' ? 1 : 0.1, max * 1.2),
          ],
        },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 26,
          incrs: [1, 2, 5, 10, 20, 50],
          values: (_plot, ticks) => ticks.map(at => (runs[at] === undefined ? '' : `#${runs[at]}`)),
        },
        {
          ...axis,
          grid: { stroke: color('--line'), width: 1 },
          size: 52,
          ...(kind === 'bars' ? { splits: powersBetween, filter: (_plot, ticks) => [...ticks] } : {}),
          values: (_plot, ticks) => ticks.map(format),
        },
      ],
      series: [
        {},
        ...series.map(({ label, color: name }) => ({
          label,
          stroke: color(name),
          width: kind === 'bars' ? 0 : 2,
          ...(kind === 'bars' ? { fill: color(name) } : {}),
          points: { show: kind === 'line', size: 5, fill: color(name) },
          ...(bars && { paths: bars }),
        })),
      ],
    };
  }
  return {
    /** For lit's `ref`. @param {Element | undefined} element */
    mount(element) {
      observer.disconnect();
      place = element;
      if (element === undefined) return;
      observer.observe(element);
      void draw();
    },
    /**
     * @param {readonly number[]} ids
     * @param {number[][]} lines
     */
    show(ids, lines) {
      if (String(ids) === String(runs) && String(lines) === String(values)) return;
      runs = ids;
      values = lines;
      plot?.setData(valuesOf());
    },
    close() {
      scheme.removeEventListener('change', draw);
      observer.disconnect();
      plot?.destroy();
    },
  };
}

/**
 * @param {uPlot} _plot
 * @param {number} _axis
 * @param {number} min
 * @param {number} max
 */
function powersBetween(_plot, _axis, min, max) {
  return POWERS.filter(power => min <= power && power <= max);
}

/**
 * A canvas does not know custom properties, and their values may be functions.
 * @param {HTMLElement} element
 * @param {string} name
 */
function resolved(element, name) {
  const probe = element.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
