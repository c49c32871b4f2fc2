export { batches, binarisations, dequantisations } from './batches.ts';
export type { Batch, Batches, BatchOptions, Binarisation, Dequantisation } from './batches.ts';
export { binarise, binariseSplit } from './binarise.ts';
export { dequantise } from './dequantise.ts';
export { datasetCard } from './card.ts';
export type { DataCard } from './card.ts';
export type { DatasetDefinition } from './define-dataset.ts';
export { datasetNames, datasets, openDataset } from './open-dataset.ts';
export { exampleSize } from './splits/rows.ts';
export { subsetOf } from './splits/subset.ts';
export type { SubsetAmount } from './splits/subset.ts';
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
  Modes,
  PointsSpec,
  SequenceSpec,
  Split,
  SplitName,
} from './types.ts';
