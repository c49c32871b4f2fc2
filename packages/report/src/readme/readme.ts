import type { DatasetCard, SuiteRun } from '@kindred/harness';
import { directionMark, metricMeaning, metricTitle } from '../metric-words.ts';
import { isOf, modelsOf, modelsOn, sourceData, type Model } from '../models.ts';
import { counted, duration, grouped } from '../numbers.ts';
import { columnsOf, groupBy, type SummaryRow } from '../summary.ts';
import { costTable, spentTable } from './cost-tables.ts';
import { failuresBody } from './failures.ts';
import { averaged, isHeldOut, seedGroups } from '../seeds.ts';
import { allDatasets } from './all-datasets.ts';
import { comparisonTable } from './comparison-table.ts';
import { ordersTable } from './feature-space-orders.ts';
import { findings, seedsStatement } from './findings.ts';
import { heldOutTables } from './held-out-table.ts';
import { blocks, bullets, escaped, image, listed, section, table } from './markdown.ts';
import {
  bitsNote,
  dataBody,
  keptWords,
  meaningTable,
  optionsBlock,
  reproductionBody,
  seedPlace,
} from './provenance.ts';
import { summaryTables } from './summary-table.ts';
import { textBlock } from './text-block.ts';
import type { SampleText } from '../texts.ts';

/** A picture of a report, below its folder. */
export interface Picture {
  readonly dataset: string;
  /** `overview` opens a dataset's part, `sheet` is one model's samples, `use` shows what it does with test images, `plot` follows the table. */
  readonly kind: 'overview' | 'sheet' | 'use' | 'plot';
  readonly path: string;
  readonly title: string;
}

/** What a report shows beside numbers. */
export interface Shown {
  readonly pictures: readonly Picture[];
  readonly texts: readonly SampleText[];
}

/** The report as Markdown, for a reader who has never seen the project: results first, then how they came about. */
export function readme(run: SuiteRun, summary: readonly SummaryRow[], { pictures, texts }: Shown): string {
  const many = run.datasets.length > 1;
  const perDataset = (part: (dataset: string) => string): string =>
    blocks(...run.datasets.map(({ name }) => (many ? section(3, escaped(name), part(name)) : part(name))));
  const text = blocks(
    `# Report of suite ${escaped(run.suite)}`,
    escaped(run.description),
    introduction(run),
    section(2, 'What this run shows', overallFindings(run, summary)),
    section(2, 'All datasets together', allDatasets(run, summary)),
    ...run.datasets.map((card) => section(2, escaped(card.name), datasetBody(run, summary, card, { pictures, texts }))),
    section(2, 'How to read the metrics', metricsLegend(run, summary)),
    section(
      2,
      'Cost',
      perDataset((dataset) => costTable(run, dataset)),
    ),
    section(
      2,
      'What training spent',
      perDataset((dataset) => spentTable(run, dataset)),
    ),
    section(2, 'Failures', failuresBody(run)),
    section(2, 'How samples and likelihoods were made', blocks(meaningTable(run), bitsNote(run), optionsBlock(run))),
    section(2, 'Data and feature spaces', dataBody(run)),
    section(2, 'Make it again', reproductionBody(run)),
    section(2, 'Files', filesList()),
  );
  return `${text}\n`;
}

function introduction(run: SuiteRun): string {
  const models = modelsOf(run);
  const ok = run.trials.filter(({ status }) => status === 'ok').length;
  const contenders = models.filter(({ role }) => role === 'contender').map(({ label }) => escaped(label));
  const baselines = models.filter(({ role }) => role === 'baseline').map(({ label }) => escaped(label));
  const compared = [
    ...(contenders.length === 0 ? [] : [listed(contenders)]),
    ...(baselines.length === 0
      ? []
      : [`the ${baselines.length === 1 ? 'baseline' : 'baselines'} ${listed(baselines)}`]),
  ].join(', beside ');
  return [
    compared === '' ? '' : `Compared: ${compared}.`,
    `${counted(run.datasets.length, 'dataset')}, ${seedCounts(run)}, ${budgets(run)}.`,
    `${counted(run.trials.length, 'trial')}, ${grouped(ok)} ok, in ${duration(run.wallSeconds)}${keptWords(run)}.`,
    isHeldOut(run)
      ? 'Each training seed is without one class of the data, the seed modulo the number of classes; the test split holds all. What is measured is how well a model finds the class that it never saw, and nothing else: such a test split says nothing of samples.'
      : 'All models saw the same splits and were measured with the same features.',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** `3 training seeds per model`, and of which models and datasets where they differ. */
function seedCounts(run: SuiteRun): string {
  const groups = seedGroups(run).map((group, _, { length }) => {
    const count = counted(group.seeds.length, 'training seed');
    const whose = group.models.length === 0 ? ' per model' : '';
    return `${count}${whose}${length === 1 ? '' : seedPlace(group)}`;
  });
  return listed(groups);
}

/** Budgets of the families, per dataset only where datasets differ; says so where models of one dataset differ. */
function budgets(run: SuiteRun): string {
  const contenders = modelsOf(run).filter(({ role }) => role === 'contender');
  const perDataset = run.datasets.map(({ name }) => {
    const trials = run.trials.filter(
      (trial) => trial.dataset === name && contenders.some((model) => isOf(model, trial)),
    );
    const own = [...new Set(trials.map(({ budget }) => budgetText(budget.unit, budget.amount)))];
    return { name, text: own.length > 1 ? `${listed(own)} (by model)` : listed(own) };
  });
  const known = perDataset.filter(({ text }) => text !== '');
  const [first] = known;
  if (first === undefined) return 'no budget';
  const same = known.every(({ text }) => text === first.text);
  const budget = same ? first.text : listed(known.map(({ name, text }) => `${text} on ${escaped(name)}`));
  return `a budget of ${budget} per trial`;
}

function budgetText(unit: 'examples' | 'seconds', amount: number): string {
  return unit === 'seconds' ? duration(amount) : counted(amount, 'training example');
}

function overallFindings(run: SuiteRun, summary: readonly SummaryRow[]): string {
  const ofData = run.datasets.flatMap((card) =>
    findings(run, summary, card).map((finding) => `${escaped(card.name)}: ${finding}`),
  );
  if (isHeldOut(run)) {
    return bullets([
      ...ofData,
      'Intervals are of the spread over held-out classes, each with a seed of its own, not over training seeds.',
    ]);
  }
  const ofSeeds = seedGroups(run).flatMap((group, _, { length }) => {
    const statement = seedsStatement(group.seeds.length);
    if (statement === null) return [];
    const { models, datasets } = group;
    const whose = listed([...(models.length === 0 ? datasets : models)].map(escaped));
    return [length === 1 ? statement : `${whose}: ${statement}`];
  });
  return bullets([...ofData, ...ofSeeds]);
}

function datasetBody(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  card: DatasetCard,
  { pictures, texts }: Shown,
): string {
  const own = pictures.filter(({ dataset }) => dataset === card.name);
  const show = (kind: Picture['kind']): string[] =>
    own.filter((picture) => picture.kind === kind).map(({ path, title }) => image(path, title));
  const tables = summaryTables(run, summary, card.name);
  return blocks(
    escaped(card.description),
    ...show('overview'),
    textBlock(texts.filter(({ dataset }) => dataset === card.name)),
    tables === '' ? 'No model has a score here.' : blocks(tables, tableNote(run, card.name)),
    comparisonTable(run, summary, card.name),
    ordersTable(run, summary, card.name),
    heldOutTables(run, summary, card.name),
    ...show('plot'),
    usesOf(own),
    sheets(own),
  );
}

function tableNote(run: SuiteRun, dataset: string): string {
  const models = modelsOn(run, dataset);
  return [
    `Mean over ${averaged(run)}, below it the 95 % bootstrap interval. ${sampleCounts(run, dataset)}`,
    "Bold: the best family, where its interval overlaps no other family's.",
    italics(run, dataset, models),
    likelihoods(run, dataset, models),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** What stands in italics in a table. */
function italics(run: SuiteRun, dataset: string, models: readonly Model[]): string {
  const hasBaselines = models.some(({ role }) => role === 'baseline');
  const hasRealData = run.calibration.some((row) => row.dataset === dataset);
  const source = hasSource(run, dataset) ? '; for likelihoods, what the source of the data itself says' : '';
  const kinds = [
    ...(hasBaselines ? ['baselines, trivial on purpose'] : []),
    ...(hasRealData
      ? [
          `real data in the place of samples: the training split, which is the floor, and the validation split, which no model has seen${source}`,
        ]
      : []),
  ];
  return kinds.length === 0 ? '' : `Italics: ${kinds.join(', and ')}.`;
}

/** Whether a model's likelihood stands beside that of the source. */
function hasSource({ calibration, trials }: SuiteRun, dataset: string): boolean {
  const stated = trials.some(
    (trial) => trial.dataset === dataset && trial.metrics.some(({ metric }) => metric === 'negative-log-likelihood'),
  );
  return stated && calibration.some(({ dataset: own, name }) => own === dataset && name === sourceData.variant);
}

/** Samples behind the values: scores of different counts would not compare, so it is said where they differ. */
function sampleCounts(run: SuiteRun, dataset: string): string {
  const rows = run.trials
    .filter((trial) => trial.dataset === dataset && trial.status === 'ok')
    .flatMap(({ metrics }) => metrics.filter(({ split }) => split === 'test'));
  const uneven = [...groupBy(rows, ({ metric, features }) => JSON.stringify([metric, features])).values()]
    .filter((group) => new Set(group.map(({ samples }) => samples)).size > 1)
    .flatMap(([row]) => (row === undefined ? [] : [metricTitle(row.metric)]));
  if (uneven.length > 0) return `**Models were measured on unequal numbers of samples: ${escaped(listed(uneven))}.**`;
  const counts = [...new Set(rows.map(({ samples }) => samples))].toSorted((a, b) => a - b);
  return `Every model was measured on ${listed(counts.map(grouped))} ${isHeldOut(run) ? 'test examples' : 'samples'}.`;
}

/** How the likelihoods of a table were estimated: an exact one and a bound stand in one column. */
function likelihoods(run: SuiteRun, dataset: string, models: readonly Model[]): string {
  const estimators = models.flatMap((model) => {
    const trial = run.trials.find(
      (each) =>
        each.dataset === dataset &&
        each.status === 'ok' &&
        isOf(model, each) &&
        each.metrics.some(({ metric }) => metric === 'negative-log-likelihood'),
    );
    return trial === undefined ? [] : [`${escaped(model.label)} ${escaped(trial.likelihood)}`];
  });
  return estimators.length === 0 ? '' : `Likelihoods: ${estimators.join('; ')}.`;
}

function sheets(pictures: readonly Picture[]): string {
  const all = pictures.filter(({ kind }) => kind === 'sheet');
  const rows = Array.from({ length: Math.ceil(all.length / 3) }, (_, index) => all.slice(3 * index, 3 * index + 3));
  const tables = rows.map((row) =>
    table(
      row.map(({ title }) => ({ title: escaped(title), align: 'center' as const })),
      [row.map(({ path, title }) => image(path, title, 280))],
    ),
  );
  if (tables.length === 0) return '';
  return blocks('<details><summary>100 samples of every model</summary>', ...tables, '</details>');
}

/** What models are used for, one picture below the other: their titles say what stands in each row. */
function usesOf(pictures: readonly Picture[]): string {
  const shown = pictures.filter(({ kind }) => kind === 'use');
  if (shown.length === 0) return '';
  const parts = shown.flatMap(({ path, title }) => [`${escaped(title)}:`, image(path, title)]);
  return blocks(
    '<details><summary>What models do with test images: rows from top to bottom</summary>',
    ...parts,
    '</details>',
  );
}

function metricsLegend(run: SuiteRun, summary: readonly SummaryRow[]): string {
  const columns = run.datasets.flatMap(({ name }) => columnsOf(summary, name));
  const first = new Map(columns.toReversed().map((column) => [column.metric, column]));
  const lines = [...new Set(columns.map(({ metric }) => metric))].map((metric) => {
    const meaning = metricMeaning(metric);
    const title = `**${escaped(metricTitle(metric))}**${directionMark(first.get(metric)?.better ?? 'none')}`;
    return meaning === null ? `${title}: measured as \`${metric}\`.` : `${title}: ${meaning}.`;
  });
  if (lines.length === 0) return '';
  return blocks(
    '↑ higher is better, ↓ lower is better, →1 (→½, →0, →real) the closer to one (one half, zero, the value of unseen real data) the better; no mark: not a score.',
    bullets(lines),
  );
}

function filesList(): string {
  return bullets([
    '[results.csv](results.csv): every measured number, one row per metric of each trial, in full precision',
    '[summary.csv](summary.csv): per dataset, model and metric over seeds: mean, sd, median, 95 % interval',
    '[curves.csv](curves.csv): what each trial logged while it trained, in full precision',
    '[throughput.csv](throughput.csv): speed, latency, size and memory',
    '`samples/`: sample sheets; `plots/`: plots as SVG',
  ]);
}
