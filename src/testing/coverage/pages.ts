import { escapeMarkup } from '../../common/escape-markup.ts';
import { drawingStyle } from '../diagram/draw.ts';
import { type Figures, percentOf, percentText, type Share } from './figures.ts';
import type { DecisionCoverage, ProcessCoverage } from './types.ts';

/** A page of the report. */
export interface PageEntry {
  readonly kind: 'process' | 'decision';
  readonly id: string;
  readonly name: string;
  readonly resourceName: string;
  readonly figures: Figures;
  readonly file: string;
}

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #ffffff; --line: #c9d1dc; --used: #1a7f37; --used-fill: #dcf5e3; --missed: #8c959f; --missed-fill: #f3f4f6; --plain: #57606a; --plain-fill: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #14181f; --line: #39424e; --used: #4ac26b; --used-fill: #12311d; --missed: #8b949e; --missed-fill: #1e242c; --plain: #9aa4af; --plain-fill: #14181f; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; } a { color: inherit; }
meter { width: 8rem; } .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; }
svg { display: block; }
${drawingStyle}
tr.missed td { color: var(--missed); }
`;

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
${content}
</body>
</html>
`;

const bar = (share: Share): string =>
  `<meter min="0" max="100" value="${Math.round(percentOf(share))}">${percentText(share)}</meter>`;

const figure = (share: Share): string =>
  share.total === 0
    ? '<td class="number">–</td>'
    : `<td class="number">${percentText(share)} <small>${share.used}/${share.total}</small></td>`;

/** The page that lists all processes and decisions. */
export const indexPage = (entries: readonly PageEntry[], total: Share): string => {
  const rows = entries.map(
    ({ kind, id, name, resourceName, figures, file }) =>
      `<tr><td><a href="${encodeURIComponent(file)}">${escapeMarkup(name)}</a><br><small>${escapeMarkup(id)}, ${escapeMarkup(resourceName)}</small></td><td>${kind}</td><td>${bar(figures.all)}</td>${figure(figures.all)}${figure(figures.elements)}${figure(figures.flows)}${figure(figures.errorPaths)}</tr>`,
  );
  return page(
    'Coverage of process tests',
    `<h1>Coverage of process tests</h1>
<p>${bar(total)} <strong>${percentText(total)}</strong> of all elements, flows and rules (${total.used} of ${total.total}).</p>
<table>
<thead><tr><th>Name</th><th>Kind</th><th></th><th>All</th><th>Elements</th><th>Flows</th><th>Error paths</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`,
  );
};

const back = '<p><a href="index.html">All processes and decisions</a></p>';

const missedRow = '<tr class="missed">';

const cellOf = (cell: string | number): string =>
  typeof cell === 'number' ? `<td class="number">${cell}</td>` : `<td>${escapeMarkup(cell)}</td>`;

const row = (isMissed: boolean, cells: readonly (string | number)[]): string =>
  `${isMissed ? missedRow : '<tr>'}${cells.map(cellOf).join('')}</tr>`;

const table = (heads: readonly string[], rows: readonly string[]): string =>
  `<table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;

const drawing = (svg: string | undefined): string =>
  svg === undefined ? '<p>The file has no diagram.</p>' : `<div class="scroll">${svg}</div>`;

/**
 * The page of a process: its diagram, and all numbers.
 *
 * @param svg the diagram; absent if the file has none
 */
export const processPage = (
  { name, id, resourceName, figures }: PageEntry,
  { elements, flows }: ProcessCoverage,
  svg: string | undefined,
): string => {
  const { all, errorPaths } = figures;
  const errors = errorPaths.total === 0 ? '' : ` Error paths: ${percentText(errorPaths)}.`;
  return page(
    `${name}: coverage`,
    `${back}
<h1>${escapeMarkup(name)}</h1>
<p>${bar(all)} <strong>${percentText(all)}</strong> of the elements and flows of ${escapeMarkup(id)} (${escapeMarkup(resourceName)}).${errors}</p>
${drawing(svg)}
<h2>Elements</h2>
${table(
  ['Name', 'Id', 'Type', 'Entered', 'Completed', 'Terminated'],
  elements.map((each) =>
    row(each.entered === 0, [each.name, each.id, each.type, each.entered, each.completed, each.terminated]),
  ),
)}
<h2>Flows</h2>
${table(
  ['Id', 'From', 'To', 'Taken'],
  flows.map((each) => row(each.taken === 0, [each.id, each.source, each.target, each.taken])),
)}`,
  );
};

/** The page of a decision: how often each of its rules matched. */
export const decisionPage = (
  { name, id, resourceName, figures }: PageEntry,
  { evaluated, rules }: DecisionCoverage,
): string =>
  page(
    `${name}: coverage`,
    `${back}
<h1>${escapeMarkup(name)}</h1>
<p>${bar(figures.all)} <strong>${percentText(figures.all)}</strong> of the decision ${escapeMarkup(id)} (${escapeMarkup(resourceName)}), evaluated ${evaluated} ${evaluated === 1 ? 'time' : 'times'}.</p>
${
  rules.length === 0
    ? '<p>It is not a decision table, so it has no rules.</p>'
    : table(
        ['Rule', 'Id', 'Matched'],
        rules.map((each, index) => row(each.matched === 0, [index + 1, each.id, each.matched])),
      )
}`,
  );
