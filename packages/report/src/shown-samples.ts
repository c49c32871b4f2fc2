import type { DatasetCard, SampleFile, SuiteRun } from '@kindred/harness';
import { leadingColumn, metricTitle } from './metric-words.ts';
import { isOf, modelsOn, type Model } from './models.ts';
import { measured } from './numbers.ts';
import { ink, type StyleOf } from './plots/theme.ts';
import { readSamples } from './sample-files.ts';
import { withoutClass } from './seeds.ts';
import { cellOf, columnsOf, type SummaryRow } from './summary.ts';

/** Samples of the test split or of a model, with what stands beside them. */
export interface ShownSamples {
  readonly label: string;
  readonly note: string;
  /** `trained without class 3`; '' of a model that saw all classes, and of real data. */
  readonly without: string;
  readonly file: string;
  readonly colour: string;
  readonly samples: Float32Array;
  /** The class that each sample was asked for; of class-conditional models only. */
  readonly labels?: readonly number[];
}

export interface SamplesContext {
  readonly card: DatasetCard;
  readonly recordsFolder: string;
  readonly styleOf: StyleOf;
}

/** Real examples first, then each model's first trial (by the order of the plan) that left samples. */
export async function samplesOf(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  { card, recordsFolder, styleOf }: SamplesContext,
): Promise<ShownSamples[]> {
  const checked = (file: SampleFile): Promise<Float32Array> => {
    if (file.shape.join() === card.spec.shape.join()) return readSamples(recordsFolder, file);
    throw new Error(
      `samples ${file.file}: expected examples of ${card.name}, shape [${card.spec.shape.join(', ')}], got [${file.shape.join(', ')}].`,
    );
  };
  const real = { label: 'real data', note: 'test split', without: '', file: 'real', colour: ink };
  const shown: ShownSamples[] = [{ ...real, samples: await checked(card.samples) }];
  for (const model of modelsOn(run, card.name)) {
    const trial = run.trials.find((each) => each.dataset === card.name && each.samples !== null && isOf(model, each));
    if (trial === undefined || trial.samples === null) continue;
    const samples = await checked(trial.samples);
    const file = `${model.family}.${model.variant}`;
    const without = withoutClass(trial);
    const note = without === '' ? noteOf(summary, card.name, model) : without;
    const { labels } = trial.samples;
    shown.push({
      label: model.label,
      note,
      without,
      file,
      colour: styleOf(model).colour,
      samples,
      ...(labels && { labels }),
    });
  }
  return shown;
}

/** The leading metric of a dataset with a model's mean, as in 'Fréchet distance 12.3'. */
function noteOf(summary: readonly SummaryRow[], dataset: string, model: Model): string {
  const column = leadingColumn(columnsOf(summary, dataset));
  const mean = column === null ? null : (cellOf(summary, dataset, model, column)?.mean ?? null);
  return column === null || mean === null
    ? ''
    : `${metricTitle(column.metric)} ${measured([mean], column.unit).join('')}`;
}
