import type { SuiteRun } from '@kindred/harness';
import { calibrationFamily, columnsOf, summarise, type SummaryRow } from '@kindred/report';
import { columns } from './list.ts';

/** The few metrics that the terminal shows; the report has all. */
const shown: readonly string[] = [
  'frechet-distance',
  'coverage',
  'modes',
  'high-quality-share',
  'class-accuracy',
  'anomaly-auroc-likelihood-ratio',
  'anomaly-auroc-reconstruction',
  'anomaly-auroc-likelihood',
  'grammatical-share',
  'negative-log-likelihood',
  'bits-per-character',
];

/** A short table per dataset: medians over seeds on the test split, the calibration in the last lines. */
export function outcomeTables(run: SuiteRun): string {
  const summary = summarise(run).filter(({ split, metric }) => split === 'test' || metric === null);
  return run.datasets
    .map(({ name }) =>
      tableOf(
        name,
        summary.filter(({ dataset }) => dataset === name),
      ),
    )
    .join('\n');
}

function tableOf(dataset: string, summary: readonly SummaryRow[]): string {
  const metrics = shown.filter((metric) => columnsOf(summary, dataset).some((column) => column.metric === metric));
  const models = new Map<string, readonly SummaryRow[]>();
  for (const row of summary) {
    const key = `${row.family}/${row.variant}`;
    models.set(key, [...(models.get(key) ?? []), row]);
  }
  const rows = [['', ...metrics, '']];
  for (const [model, own] of models) {
    // The source of the data states a likelihood and nothing else: it has no line where no model states one.
    if (own[0]?.family === calibrationFamily && own.every(({ metric }) => !metrics.includes(metric ?? ''))) continue;
    const cells = metrics.map((metric) => {
      const value = own.find((row) => row.metric === metric)?.median ?? null;
      return value === null ? '-' : String(Number(value.toPrecision(4)));
    });
    const failed = own[0]?.failed ?? 0;
    rows.push([model, ...cells, failed > 0 ? `${failed} failed` : '']);
  }
  return `${dataset} (medians)\n${columns(rows)}`;
}
