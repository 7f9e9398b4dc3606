/** The uPlot options of a plot of runs. */

/** @import uPlot from 'uplot' */

export const HEIGHT = 180;
/** Grid lines of the bar chart, which has a logarithmic scale. */
const POWERS = [-100_000, -10_000, -1000, -100, -10, 0, 10, 100, 1000, 10_000, 100_000];

/**
 * @typedef {object} PlotSpec
 * @property {'bars' | 'line'} kind bars: the bars of one run overlap
 * @property {readonly { label: string, color: string }[]} series color: the name of a CSS custom property
 * @property {(value: number) => string} format
 */

/**
 * @param {typeof uPlot} Plot
 * @param {HTMLElement} element the parent of the plot
 * @param {PlotSpec} spec
 * @param {() => readonly number[]} runs
 * @returns {uPlot.Options}
 */
export function optionsOf(Plot, element, { kind, series, format }, runs) {
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
      x: { time: false, range: () => [-0.6, runs().length - 0.4] },
      y: {
        // Logarithmic: a first sync adds hundreds of times more than a usual run, and both must be visible.
        ...(kind === 'bars' ? { distr: 4, asinh: 1 } : {}),
        range: (_plot, min, max) => [Math.min(0, min * 1.2), Math.max(kind === 'bars' ? 1 : 0.1, max * 1.2)],
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        incrs: [1, 2, 5, 10, 20, 50],
        values: (_plot, ticks) => ticks.map(at => (runs()[at] === undefined ? '' : `#${runs()[at]}`)),
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
 * The computed value of a custom property, because a canvas does not resolve custom properties.
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
