import type { Dataset, ImageSpec } from '@kindred/data';
import {
  frechetDistance,
  frechetReference,
  modeCoverage,
  precisionRecallDensityCoverage,
  sharpnessRatio,
  type Features,
  type FrechetReference,
} from '@kindred/metrics';
import { openFeatureSpace, type FeatureSpaceOptions } from './feature-space.ts';
import { metricTable, type MetricName } from './metric-table.ts';
import type { MetricRow } from './record.ts';
import type { FeatureSpaceCard } from './suite-run.ts';

/** Measures samples against a dataset's test split. */
export interface Evaluator {
  readonly card: FeatureSpaceCard;
  /**
   * The quality of `count` samples, [count, ...shape], each metric as a row, measured against the first `count` examples of
   * the test split: splits are in random order, and distances compare at equal numbers only.
   */
  score(samples: Float32Array, count: number): Promise<MetricRow[]>;
  dispose(): Promise<void>;
}

/** Test examples and what is worked out of them once, kept from one `score` to the next. */
interface Reference {
  readonly examples: Float32Array;
  readonly frechet: FrechetReference;
}

/** A metric's value, and the space it was measured in. */
interface Measured {
  readonly metric: MetricName;
  readonly features: string;
  readonly value: number;
}

/** Opens what the metrics of a dataset need: for images a trained classifier, whose features are more than pixels. */
export async function openEvaluator(dataset: Dataset, options: FeatureSpaceOptions): Promise<Evaluator> {
  const space = await openFeatureSpace(dataset, options);
  const { spec, modes, splits } = dataset;
  let reference: Reference | undefined;
  return {
    card: space.card,
    dispose: () => space.dispose(),
    async score(samples, count) {
      if (reference?.frechet.features.rows !== count) {
        const examples = splits.test.floats(0, count);
        reference = { examples, frechet: await frechetReference(await space.extractor.extract(examples, count)) };
      }
      const fake = await space.extractor.extract(samples, count);
      const rows = await featureMeasures(space.card.name, reference.frechet, fake);
      if (spec.kind === 'image') rows.push(sharpnessMeasure(spec, reference.examples, samples, count));
      if (modes) rows.push(...modeMeasures({ data: samples, rows: count, columns: modes.dimensions }, modes));
      return rows.map(({ metric, features, value }) => {
        const { unit, better } = metricTable[metric];
        return { metric, split: 'test', features, value, unit, better, samples: count };
      });
    },
  };
}

async function featureMeasures(features: string, real: FrechetReference, fake: Features): Promise<Measured[]> {
  const { precision, recall, density, coverage } = await precisionRecallDensityCoverage(real.features, fake);
  return [
    { metric: 'frechet-distance', features, value: await frechetDistance(real, fake) },
    { metric: 'precision', features, value: precision },
    { metric: 'recall', features, value: recall },
    { metric: 'density', features, value: density },
    { metric: 'coverage', features, value: coverage },
  ];
}

function sharpnessMeasure({ shape }: ImageSpec, real: Float32Array, fake: Float32Array, count: number): Measured {
  const value = sharpnessRatio({ data: fake, count, shape }, { data: real, count, shape });
  return { metric: 'sharpness-ratio', features: 'pixels', value };
}

/** Divergence and spread have no value, and no row, where no sample is near a mode: the share of high quality says why. */
function modeMeasures(points: Features, known: NonNullable<Dataset['modes']>): Measured[] {
  const { modes, highQuality, klDivergence, withinModeSpread } = modeCoverage(points, known);
  const features = 'points';
  return [
    { metric: 'modes', features, value: modes },
    { metric: 'high-quality-share', features, value: highQuality },
    ...(klDivergence === null ? [] : [{ metric: 'mode-divergence', features, value: klDivergence } as const]),
    ...(withinModeSpread === null
      ? []
      : [{ metric: 'within-mode-spread', features, value: withinModeSpread } as const]),
  ];
}
