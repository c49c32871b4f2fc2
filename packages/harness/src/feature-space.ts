import type { Dataset, ImageSpec, Split } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import {
  openClassifierExtractor,
  pixelFeatures,
  pointFeatures,
  type FeatureExtractor,
  type LabelledImages,
} from '@kindred/metrics';
import type { FeatureSpaceCard } from './suite-run.ts';

/** The space that distances and neighbourhoods of a dataset are measured in. */
export interface FeatureSpace {
  readonly extractor: FeatureExtractor;
  readonly card: FeatureSpaceCard;
  dispose(): Promise<void>;
}

export interface FeatureSpaceOptions {
  readonly engine: Engine;
  /** Folder of trained extractors. */
  readonly cacheFolder: string;
  /** Seeds the extractor's training: the same for all trials. */
  readonly dataSeed: number;
}

/** Labelled images are seen through a classifier trained on their training split, images without labels and points as they are. */
export async function openFeatureSpace(dataset: Dataset, options: FeatureSpaceOptions): Promise<FeatureSpace> {
  const { spec } = dataset;
  if (spec.kind === 'image' && spec.classes > 1) return openClassifierSpace(dataset, spec, options);
  const extractor = spec.kind === 'image' ? pixelFeatures(spec.shape) : pointFeatures(spec.shape[0]);
  return { extractor, card: cardOf(dataset, extractor, null), dispose: async () => {} };
}

async function openClassifierSpace(
  dataset: Dataset,
  { shape, classes }: ImageSpec,
  { engine, cacheFolder, dataSeed }: FeatureSpaceOptions,
): Promise<FeatureSpace> {
  const { train, test } = dataset.splits;
  const { classifier, accuracy } = await openClassifierExtractor({
    engine,
    shape,
    classes,
    seed: dataSeed,
    dataHash: dataset.hash,
    training: () => labelled(train),
    // Nothing is selected by it: it is only reported.
    validation: () => labelled(test),
    cacheFolder,
  });
  return { extractor: classifier, card: cardOf(dataset, classifier, accuracy), dispose: () => classifier.dispose() };
}

function labelled(split: Split): LabelledImages {
  const { labels, name } = split;
  if (!labels) throw new Error(`the ${name} split has classes but no labels; a classifier cannot be trained on it.`);
  return { images: split.floats(), labels };
}

function cardOf(
  { name: dataset }: Dataset,
  extractor: FeatureExtractor,
  testAccuracy: number | null,
): FeatureSpaceCard {
  const { name, description, columns } = extractor;
  return { dataset, name, description, columns, testAccuracy };
}
