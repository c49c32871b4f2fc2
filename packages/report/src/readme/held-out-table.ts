import type { SuiteRun } from '@kindred/harness';
import { metricTitle } from '../metric-words.ts';
import { isOf, modelsOn, type Model } from '../models.ts';
import { mean } from '@kindred/metrics';
import { measured, noNumber } from '../numbers.ts';
import { heldOutClasses } from '../seeds.ts';
import { columnsOf, type Column, type SummaryRow } from '../summary.ts';
import { blocks, escaped, table } from './markdown.ts';
import { evenParts } from './summary-table.ts';

/** A model's values of a metric, by held-out class. */
interface Scores {
  readonly model: Model;
  readonly column: Column;
  /** Mean over the trials that held the class out; no entry where none has a value. */
  readonly byClass: ReadonlyMap<number, number>;
}

/** Classes as rows, each model's scores as columns, below them the mean over classes; '' where no class was held out. */
export function heldOutTables(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): string {
  const classes = heldOutClasses(run.trials.filter((trial) => trial.dataset === dataset));
  const scores = modelsOn(run, dataset).flatMap((model) =>
    columnsOf(summary, dataset).flatMap((column): Scores[] => {
      const byClass = meansByClass(run, dataset, model, column);
      return byClass.size === 0 ? [] : [{ model, column, byClass }];
    }),
  );
  if (classes.length === 0 || scores.length === 0) return '';
  return blocks(
    'By the class that was held out:',
    ...evenParts(scores).map((part) =>
      table(
        [{ title: 'Held out' }, ...part.map((each) => ({ title: heading(each), align: 'center' as const }))],
        [
          ...classes.map((label) => rowOf(`class ${label}`, part, ({ byClass }) => byClass.get(label))),
          rowOf('*mean over classes*', part, ({ byClass }) => mean([...byClass.values()])),
        ],
      ),
    ),
  );
}

function meansByClass(run: SuiteRun, dataset: string, model: Model, column: Column): Map<number, number> {
  const values = new Map<number, number[]>();
  for (const trial of run.trials) {
    if (trial.dataset !== dataset || trial.heldOut === undefined || !isOf(model, trial)) continue;
    const rows = trial.metrics.filter(
      ({ metric, features, split, value }) =>
        metric === column.metric && features === column.features && split === 'test' && Number.isFinite(value),
    );
    if (rows.length === 0) continue;
    values.set(trial.heldOut, [...(values.get(trial.heldOut) ?? []), ...rows.map(({ value }) => value)]);
  }
  return new Map([...values].map(([label, all]) => [label, mean(all)]));
}

function heading({ model, column }: Scores): string {
  return `${escaped(model.label)}<br><sub>${escaped(metricTitle(column.metric))}</sub>`;
}

function rowOf(
  title: string,
  scores: readonly Scores[],
  valueOf: (scores: Scores) => number | undefined,
): readonly string[] {
  const cells = scores.map((each) => {
    const value = valueOf(each);
    return value === undefined ? noNumber : measured([value], each.column.unit).join('');
  });
  return [title, ...cells];
}
