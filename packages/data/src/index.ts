export { batches, binarisations, dequantisations } from './batches.ts';
export type { Batch, Batches, BatchOptions, Binarisation, Dequantisation } from './batches.ts';
export { binarise, binariseSplit } from './binarise.ts';
export type { BinariseSplitOptions } from './binarise.ts';
export { datasetCard } from './card.ts';
export type { DataCard } from './card.ts';
export { DataError } from './data-error.ts';
export { parseDatasetName } from './dataset-name.ts';
export type { Amount, DatasetName } from './dataset-name.ts';
export type { DatasetDefinition, LocateContext, Located, OpenContext } from './define-dataset.ts';
export { dequantise } from './dequantise.ts';
export { datasetNames, datasets, downloadDataset, locateDataset, openDataset } from './open-dataset.ts';
export type { OpenDatasetOptions } from './open-dataset.ts';
export { defaultPlaces } from './places.ts';
export type { Places } from './places.ts';
export type { DownloadContext, DownloadProgress } from './sources/download.ts';
export { exampleSize } from './splits/rows.ts';
export { subsetOf } from './splits/subset.ts';
export { withoutClass } from './splits/without-class.ts';
export { decodeTokens, encodeText } from './text/alphabet.ts';
export { grammarAccepts, grammarEntropyRate, grammarLogProbability } from './text/grammar.ts';
export { splitNames } from './types.ts';
export type {
  DataSpec,
  Dataset,
  Factors,
  ImageSpec,
  Labels,
  LogDensity,
  LogProbability,
  Modes,
  PointsSpec,
  SequenceSpec,
  Split,
  SplitName,
} from './types.ts';
