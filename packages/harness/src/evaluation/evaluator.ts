import type { Dataset } from '@kindred/data';
import { frechetDistance, frechetReference } from '@kindred/metrics';
import type { MetricRow } from '../record.ts';
import type { FeatureSpaceCard } from '../suite-run.ts';
import { classMeasures, copyingMeasures, featureMeasures } from './feature-measures.ts';
import { openFeatureSpaces, type FeatureSpaceOptions } from './feature-space.ts';
import { rowOf, type Measured } from './metric-table.ts';
import { imageMeasures, lineMeasures, modeMeasures } from './sample-measures.ts';
import { taughtAccuracy } from './taught-accuracy.ts';

/** Measures samples against a dataset's test split. */
export interface Evaluator {
  /** The feature spaces, in the order in which they were asked for. */
  readonly cards: readonly FeatureSpaceCard[];
  /**
   * The quality of `count` samples, [count, ...shape], each metric as a row, measured against the first `count` examples of
   * the test split: splits are in random order, and distances compare at equal numbers only. `labels` are the classes that a
   * class-conditional model was asked for, [count].
   */
  score(samples: Float32Array, count: number, labels?: Int32Array): Promise<MetricRow[]>;
  /**
   * The quality of `count` decoded midpoints between test examples, [count, ...shape], against as many test examples in the first
   * feature space. No rows where there is no space.
   */
  readonly scoreMidpoints: (midpoints: Float32Array, count: number) => Promise<MetricRow[]>;
  dispose(): Promise<void>;
}

/** Opens what the metrics of a dataset need: its feature spaces, and the features of real data, which are cached. */
export async function openEvaluator(dataset: Dataset, options: FeatureSpaceOptions): Promise<Evaluator> {
  const spaces = await openFeatureSpaces(dataset, options);
  const { spec, modes, splits } = dataset;

  const inSpaces = async (samples: Float32Array, count: number, labels?: Int32Array): Promise<Measured[]> => {
    const rows: Measured[] = [];
    for (const [place, space] of spaces.entries()) {
      const { name } = space.card;
      const test = await space.real(splits.test, count);
      const fake = await space.extractor.extract(samples, count);
      rows.push(...(await featureMeasures(name, test, fake)));
      if (spec.kind !== 'image') continue;
      if (place === 0) {
        const train = await space.real(splits.train, splits.train.count);
        rows.push(...(await copyingMeasures(name, { train, test, fake })));
      }
      if (space.probabilities) rows.push(...classMeasures(name, await space.probabilities(samples, count), labels));
    }
    return rows;
  };

  return {
    cards: spaces.map(({ card }) => card),
    dispose: async () => {
      for (const space of spaces) await space.dispose();
    },
    async score(samples, count, labels) {
      const rows = await inSpaces(samples, count, labels);
      if (spec.kind === 'image') {
        const { shape } = spec;
        rows.push(
          ...imageMeasures({ data: splits.test.floats(0, count), count, shape }, { data: samples, count, shape }),
        );
      }
      if (modes) rows.push(...modeMeasures({ data: samples, rows: count, columns: modes.dimensions }, modes));
      if (labels) {
        const { engine, dataSeed: seed } = options;
        rows.push(...(await taughtAccuracy(dataset, { images: samples, labels }, { engine, seed })));
      }
      rows.push(...lineMeasures(samples, dataset));
      return rows.map((row) => rowOf(row, 'test', count));
    },
    async scoreMidpoints(midpoints, count) {
      const [space] = spaces;
      if (!space) return [];
      const reference = await frechetReference(await space.real(splits.test, count));
      const value = await frechetDistance(reference, await space.extractor.extract(midpoints, count));
      return [rowOf({ metric: 'interpolation-frechet-distance', features: space.card.name, value }, 'test', count)];
    },
  };
}
