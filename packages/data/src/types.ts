/** What one example is. Samples travel as typed arrays with a DataSpec, never as tensors, outside engine and model. */
export type DataSpec = PointsSpec | ImageSpec | SequenceSpec;

export interface PointsSpec {
  readonly kind: 'points';
  /** [dimensions] */
  readonly shape: readonly [number];
  /** Points are unbounded. */
  readonly range: null;
  /** Number of classes, 0 where examples carry no label. */
  readonly classes: number;
}

export interface ImageSpec {
  readonly kind: 'image';
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
  /** Intensities are floats in 0 ... 1. */
  readonly range: readonly [0, 1];
  readonly classes: number;
}

export interface SequenceSpec {
  readonly kind: 'sequence';
  /** [length] */
  readonly shape: readonly [number];
  /** Tokens are integers in 0 ... vocabulary - 1. */
  readonly range: readonly [0, number];
  readonly vocabulary: number;
  readonly classes: number;
}

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** Part of a dataset. Splits of one dataset never share an example. */
export interface Split {
  readonly name: SplitName;
  readonly count: number;
  readonly spec: DataSpec;
  /** Class of each example, in 0 ... classes - 1; null where the dataset has none. */
  readonly labels: Uint8Array | null;
  /** Examples `from` ... `to` - 1 as floats in the spec's range, row after row: [to - from, ...shape]. A fresh array unless `target` is given. */
  floats(from?: number, to?: number, target?: Float32Array): Float32Array;
  /** The examples at `indices`, written to `target`: [indices.length, ...shape]. */
  gather(indices: Int32Array, target: Float32Array): Float32Array;
}

/** The modes of a mixture with known centres. */
export interface Modes {
  /** [count, dimensions] */
  readonly centres: Float32Array;
  readonly count: number;
  readonly dimensions: number;
  /** Standard deviation of each mode, along each axis. */
  readonly sigma: number;
}

export interface Dataset {
  readonly name: string;
  readonly spec: DataSpec;
  /** One sentence for reports: what it is and where it comes from. */
  readonly description: string;
  readonly splits: Readonly<Record<SplitName, Split>>;
  /** Known for synthetic mixtures only. */
  readonly modes: Modes | null;
  /** SHA-256 over names, shapes, examples and labels of all splits, hexadecimal. */
  readonly hash: string;
}
