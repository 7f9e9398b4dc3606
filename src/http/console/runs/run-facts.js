/** The counts of a run. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { difference, number } from '../client/text.js';

/** @import { Run } from '../client/types.ts' */

/** @param {Run} run */
export function runFacts({ counts }) {
  const facts = [...readFacts(counts), ...planFacts(counts), ...appliedFacts(counts)];
  if (facts.length === 0) return nothing;
  return html`<section class="card part" aria-label="Numbers">
    <dl class="facts">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}

/** @param {Run['counts']} counts */
function readFacts({ read }) {
  if (read === undefined) return [];
  return [
    ['Users read', number(read.users)],
    ['Groups read', number(read.groups)],
  ];
}

/** @param {Run['counts']} counts */
function planFacts({ plan, refused }) {
  if (plan === undefined) return [];
  const changed = plan.create + plan.rename + plan.update + plan.retire;
  return [
    ['Groups to change', number(changed)],
    ['Groups unchanged', number(plan.unchanged)],
    ['Members planned', difference(plan.add, plan.remove)],
    ...(plan.conflict > 0 ? [['Conflicts', number(plan.conflict)]] : []),
    ...(plan.unknown > 0 ? [['Not readable', number(plan.unknown)]] : []),
    ...(plan.doubts ? [['Members in doubt', number(plan.doubts)]] : []),
    ['Unresolved members', number(plan.unresolved)],
    ...(refused ? [['Users not created', `${number(refused.users)}: ${refused.first}`]] : []),
  ];
}

/** @param {Run['counts']} counts */
function appliedFacts({ applied }) {
  if (applied === undefined) return [];
  return [
    ['Members changed', difference(applied.added, applied.removed)],
    ...(applied.failed > 0 ? [['Groups failed', number(applied.failed)]] : []),
  ];
}
