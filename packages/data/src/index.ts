export { splitNames } from './types.ts';
export type { DataSpec, Dataset, ImageSpec, Modes, PointsSpec, SequenceSpec, Split, SplitName } from './types.ts';
