import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawDiagram, type Look } from '../diagram/draw.ts';
import { type Layout, readLayout } from '../diagram/layout.ts';
import {
  decisionFigures,
  type Figures,
  percentOf,
  percentText,
  processFigures,
  type Share,
  totalOf,
} from './figures.ts';
import { decisionPage, indexPage, type PageEntry, processPage } from './pages.ts';
import { readCoverage } from './read-folder.ts';
import type { Coverage, DecisionCoverage, ProcessCoverage } from './types.ts';

/** A process or a decision with its figures. */
export interface ReportEntry {
  readonly kind: 'process' | 'decision';
  readonly id: string;
  readonly resourceName: string;
  readonly figures: Figures;
}

/** The coverage of a run. */
export interface CoverageReport {
  readonly entries: readonly ReportEntry[];
  readonly total: Share;
  /** The page to open. */
  readonly page: string;
}

/** Characters that every file system allows. */
const fileNameOf = (id: string, taken: Set<string>): string => {
  const base = id.replaceAll(/[^\w.-]/g, '_');
  let name = `${base}.html`;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}-${number}.html`;
  taken.add(name.toLowerCase());
  return name;
};

const emptyLayout: Layout = { title: '', shapes: [], lines: [], errorEnds: new Set() };

const times = (count: number): string => `${count} ${count === 1 ? 'time' : 'times'}`;

const plain: Look = { className: 'plain', tip: '' };

/** How the elements and flows of the processes of a file look, by what was used of them. */
export const lookOf = (processes: readonly ProcessCoverage[]): ((id: string) => Look) => {
  const looks = new Map<string, Look>();
  for (const { elements, flows } of processes) {
    for (const { id, name, entered, completed, terminated } of elements) {
      const end = terminated > 0 ? `, terminated ${times(terminated)}` : '';
      const tip = `${name}: entered ${times(entered)}, completed ${times(completed)}${end}`;
      looks.set(id, { className: entered > 0 ? 'used' : 'missed', tip });
    }
    for (const { id, taken } of flows) {
      looks.set(id, { className: taken > 0 ? 'used' : 'missed', tip: `${id}: taken ${times(taken)}` });
    }
  }
  return (id) => looks.get(id) ?? plain;
};

/**
 * Adds up what the process tests of a run have left in a folder, and writes pages with diagrams and `coverage.json` beside it.
 *
 * @param folder the folder that CAMUNDA_TEST_COVERAGE named
 * @param target where the pages go
 * @throws a `configuration` fault if the folder has no coverage
 */
export const writeCoverageReport = async (folder: string, target: string): Promise<CoverageReport> => {
  const { coverage, models } = await readCoverage(folder);
  const layouts = new Map<string, Layout>();
  for (const { model, resourceName } of coverage.processes) {
    const content = models.get(model);
    if (content !== undefined && !layouts.has(model)) layouts.set(model, await readLayout(resourceName, content));
  }
  const taken = new Set(['index.html']);
  await mkdir(target, { recursive: true });

  const processEntry = (process: ProcessCoverage): { entry: ReportEntry; page: PageEntry; html: string } => {
    const layout = layouts.get(process.model) ?? emptyLayout;
    const figures = processFigures(process, (id) => layout.errorEnds.has(id));
    const entry: ReportEntry = {
      ...{ kind: 'process', id: process.bpmnProcessId, resourceName: process.resourceName, figures },
    };
    const page: PageEntry = { ...entry, name: process.name, file: fileNameOf(process.bpmnProcessId, taken) };
    const siblings = coverage.processes.filter(({ model }) => model === process.model);
    const svg = drawDiagram(layout, {
      title: `${process.name}: ${percentText(figures.all)}`,
      lookOf: lookOf(siblings),
    });
    return { entry, page, html: processPage(page, process, svg) };
  };
  const decisionEntry = (decision: DecisionCoverage): { entry: ReportEntry; page: PageEntry; html: string } => {
    const figures = decisionFigures(decision);
    const entry: ReportEntry = {
      ...{ kind: 'decision', id: decision.decisionId, resourceName: decision.resourceName, figures },
    };
    const page: PageEntry = { ...entry, name: decision.name, file: fileNameOf(decision.decisionId, taken) };
    return { entry, page, html: decisionPage(page, decision) };
  };

  const written = [...coverage.processes.map(processEntry), ...coverage.decisions.map(decisionEntry)];
  for (const { page, html } of written) await writeFile(join(target, page.file), html);
  const total = totalOf(coverage);
  const page = join(target, 'index.html');
  await writeFile(
    page,
    indexPage(
      written.map((each) => each.page),
      total,
    ),
  );
  await writeFile(join(target, 'coverage.json'), JSON.stringify(withFigures(coverage), undefined, 2));
  return { entries: written.map(({ entry }) => entry), total, page };
};

/** The coverage with its percentages, for other tools. */
const withFigures = (coverage: Coverage): object => ({
  ...coverage,
  percent: percentOf(totalOf(coverage)),
  processes: coverage.processes.map((each) => ({ ...each, percent: percentOf(processFigures(each).all) })),
  decisions: coverage.decisions.map((each) => ({ ...each, percent: percentOf(decisionFigures(each).all) })),
});

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));

/**
 * The report as lines for the terminal: one for each process and decision, and what is missed where it is below the threshold.
 *
 * @param least percent that each process and decision must have; absent: nothing is demanded
 */
export const coverageLines = ({ entries, total, page }: CoverageReport, least?: number): readonly string[] => {
  const width = widest(entries.map(({ id }) => id));
  return [
    ...entries.flatMap(({ id, kind, figures }) => {
      const { all, errorPaths, missed } = figures;
      const errors = errorPaths.total === 0 ? '' : `, error paths ${percentText(errorPaths)}`;
      const head = `${id.padEnd(width)}  ${percentText(all).padStart(6)} of ${kind === 'process' ? 'elements and flows' : 'rules'}${errors}`;
      return isBelow(all, least) ? [head, ...missed.map(({ text }) => `  missed: ${text}`)] : [head];
    }),
    `${'all'.padEnd(width)}  ${percentText(total).padStart(6)}`,
    `Report: ${page}`,
  ];
};

/** Whether a share is below a threshold in percent. */
export const isBelow = (share: Share, least: number | undefined): boolean =>
  least !== undefined && percentOf(share) < least;
