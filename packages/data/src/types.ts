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
  /** Number of classes, 0 where examples carry no label. */
  readonly classes: number;
}

export interface SequenceSpec {
  readonly kind: 'sequence';
  /** [length] */
  readonly shape: readonly [number];
  /** Tokens are integers in 0 ... vocabulary - 1. */
  readonly range: readonly [0, number];
  /** Number of different tokens. */
  readonly vocabulary: number;
  /** Number of classes, 0 where examples carry no label. */
  readonly classes: number;
}

/** The splits, in the order in which they are listed, hashed and searched for duplicates. */
export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** Class of each example. Two bytes each only where there are more than 256 classes. */
export type Labels = Uint8Array | Uint16Array;

/** What examples were made from, where it is known: each factor takes one of a known number of values. */
export interface Factors {
  /** As in tables: `shape`, `scale`. */
  readonly names: readonly string[];
  /** Number of values of each factor. */
  readonly counts: readonly number[];
  /** [count, factors]: which value each factor of an example has, in 0 ... counts - 1. */
  readonly values: Uint8Array;
}

/** Part of a dataset. Splits of one dataset never share an example; whether equal ones are in two of them `datasetCard` tells. */
export interface Split {
  readonly name: SplitName;
  readonly count: number;
  readonly spec: DataSpec;
  /** Class of each example, in 0 ... classes - 1; null where the dataset has none. */
  readonly labels: Labels | null;
  /** Left out or null where examples are not made from known factors. */
  readonly factors?: Factors | null;
  /**
   * Examples `from` ... `to` - 1 (all unless given) as floats in the spec's range, row after row: [to - from, ...shape]. A fresh array
   * unless `target` is given. Throws RangeError on a range outside the split, and a target of another length.
   */
  floats(from?: number, to?: number, target?: Float32Array): Float32Array;
  /**
   * The examples at `indices`, each in 0 ... count - 1, written to `target`, which is returned: [indices.length, ...shape]. Throws
   * RangeError on an index outside the split, and a target of another length.
   */
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

/**
 * The log density of points [count, dimensions] in nats, written to `target` [count]; a fresh array unless given. It
 * integrates to 1 over the space, and is minus infinity where the density is 0. Throws RangeError on a coordinate that is not
 * finite, and on arrays whose lengths do not fit.
 */
export type LogDensity = (points: Float32Array, target?: Float64Array) => Float64Array;

/**
 * The log probability of sequences [count, length] in nats, written to `target` [count]; a fresh array unless given. It is that
 * of a window which begins anywhere in the source's text, and minus infinity for what the text has nowhere. Throws RangeError
 * on what is no token, and on arrays whose lengths do not fit.
 */
export type LogProbability = (sequences: Float32Array, target?: Float64Array) => Float64Array;

export interface Dataset {
  /** As it was opened: `mnist`, `mnist@1000`, `image-folder:faces`. */
  readonly name: string;
  readonly spec: DataSpec;
  /** One sentence for reports: what it is and where it comes from. */
  readonly description: string;
  /** One phrase: where the examples came from. Not in the hash. */
  readonly origin: string;
  readonly splits: Readonly<Record<SplitName, Split>>;
  /** Known for synthetic mixtures only. */
  readonly modes: Modes | null;
  /** Known for synthetic points only. */
  readonly logDensity: LogDensity | null;
  /** Known for a text from a known source only. */
  readonly logProbability: LogProbability | null;
  /** Nats per token of a text whose source is known, for who knows all of the text before. */
  readonly entropyRate: number | null;
  /** Whether a line, given without its line break, is one of the source's; null where the source of a text is not known. */
  readonly accepts: ((line: string) => boolean) | null;
  /** The character of each token of a text, in order of tokens (code points, each once); null for all else. */
  readonly alphabet: string | null;
  /** SHA-256 over names, shapes, examples and labels of all splits, hexadecimal. */
  readonly hash: string;
}
