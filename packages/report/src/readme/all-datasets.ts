import type { SuiteRun } from '@kindred/harness';
import { mean, probabilityOfImprovement, stratifiedBootstrap } from '@kindred/metrics';
import { columnsBySpace } from '../feature-spaces.ts';
import { directionMark, metricTitle } from '../metric-words.ts';
import { modelsOf, type Model } from '../models.ts';
import { measured, significant } from '../numbers.ts';
import { lossesOfRuns } from '../ranking.ts';
import { columnsOf, type Column, type SummaryRow } from '../summary.ts';
import { blocks, escaped, listed, table } from './markdown.ts';

/** The metric that means the same on every dataset, from 0 to 1 on each: distances have other scales in other feature spaces. */
const common = 'coverage';

/** The runs of a contender: its values of the metric, one list per dataset. */
interface Entrant {
  readonly model: Model;
  readonly values: readonly (readonly number[])[];
}

/** The contenders over all datasets together, where two datasets or more were measured by the metric that compares; else ''. */
export function allDatasets(run: SuiteRun, summary: readonly SummaryRow[]): string {
  const places = run.datasets.flatMap(({ name }) => {
    const column = columnsBySpace(run, name, columnsOf(summary, name)).first.find(({ metric }) => metric === common);
    return column === undefined ? [] : [{ name, column }];
  });
  const [place] = places;
  if (place === undefined || places.length < 2) return '';
  const entrants = modelsOf(run)
    .filter(({ role }) => role === 'contender')
    .map((model): Entrant => ({ model, values: places.map((each) => coverages(run, summary, each, model)) }))
    .filter(({ values }) => values.every(({ length }) => length > 0));
  if (entrants.length < 2) return '';
  const rows = entrants.map((entrant) => [
    escaped(entrant.model.label),
    pooled(entrant, place.column),
    significant(winsOf(entrant, entrants), 2),
  ]);
  const heading = `${escaped(metricTitle(common))}${directionMark(place.column.better)}`;
  return blocks(
    table(
      [
        { title: 'Model' },
        { title: `${heading}, interquartile mean`, align: 'center' },
        { title: 'P(better than another)', align: 'right' },
      ],
      rows,
    ),
    `Over ${listed(places.map(({ name, column }) => `${escaped(name)} (${escaped(column.features)} features)`))}: coverage is a share on each, so it can be pooled, which distances cannot. The interquartile mean leaves out the best and the worst quarter of all runs; below it the 95 % interval, by a bootstrap that resamples runs within their dataset. P: how often a run covers more than one of another model on the same dataset, the mean over the other models and the datasets; ties count half.`,
  );
}

/** As they are: a loss is what is missing, and coverage is better the higher. */
function coverages(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  { name, column }: { readonly name: string; readonly column: Column },
  model: Model,
): number[] {
  return lossesOfRuns(run, summary, name, model, column).map((loss) => -loss);
}

function pooled({ values }: Entrant, { unit }: Column): string {
  const { estimate, low, high, degenerate } = stratifiedBootstrap(values);
  const [middle = '', lower = '', upper = ''] = measured([estimate, low, high], unit);
  return degenerate ? middle : `${middle}<br><sub>${lower} to ${upper}</sub>`;
}

function winsOf(entrant: Entrant, entrants: readonly Entrant[]): number {
  const shares = entrants
    .filter((other) => other !== entrant)
    .flatMap((other) => other.values.map((theirs, i) => probabilityOfImprovement(entrant.values[i] ?? [], theirs)));
  return mean(shares);
}
