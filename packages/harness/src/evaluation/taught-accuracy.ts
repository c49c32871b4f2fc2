import type { Dataset } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { classificationAccuracyScore, type LabelledImages } from '@kindred/metrics';
import { labelled } from './feature-space.ts';
import type { Measured } from './metric-table.ts';

/** Images that a classifier is to see at least, again and again where there are fewer: few of them seen ten times teach little. */
const seen = 30_000;
/** Passes over many images. */
const fewestEpochs = 10;

export interface TaughtAccuracyOptions {
  readonly engine: Engine;
  /** Seeds both classifiers: the same for all trials. */
  readonly seed: number;
}

/**
 * How well a classifier does on the test split that has seen nothing but the samples of a class-conditional model, and what it falls short of
 * one that has seen as many training examples. No rows for data other than images with classes.
 *
 * @param synthetic samples with the classes that were asked for
 */
export async function taughtAccuracy(
  { spec, splits }: Dataset,
  synthetic: LabelledImages,
  { engine, seed }: TaughtAccuracyOptions,
): Promise<Measured[]> {
  if (spec.kind !== 'image' || spec.classes < 2) return [];
  const { train, test } = splits;
  const epochs = Math.max(fewestEpochs, Math.ceil(seen / synthetic.labels.length));
  const { score, gap } = await classificationAccuracyScore({
    engine,
    seed,
    shape: spec.shape,
    classes: spec.classes,
    synthetic,
    // Splits are in random order, so the first examples will do.
    real: labelled(train, Math.min(synthetic.labels.length, train.count)),
    test: labelled(test),
    recipe: { epochs },
  });
  const features = 'pixels';
  return [
    { metric: 'classification-accuracy-score', features, value: score },
    { metric: 'classification-accuracy-gap', features, value: gap },
  ];
}
