import { checkFinite, type Features } from '../features.ts';

/** Turns samples into features. One extractor serves all models of a comparison, and the real data too. */
export interface FeatureExtractor {
  /** As in results: `classifier`, `pixels`, `points`, `random`, `onnx:inception`. */
  readonly name: string;
  /** What decides the features of given samples: extractors of one key give the same ones. For caches. */
  readonly key: string;
  /** One sentence for reports: what the features are and where they come from. */
  readonly description: string;
  readonly columns: number;
  /**
   * The features of samples, each a row.
   *
   * @param samples [count, ...shape] in the range of the dataset
   * @returns features [count, columns]
   * @throws RangeError when `samples` has another length than `count` examples, or holds NaN or an infinity
   */
  extract(samples: Float32Array, count: number): Promise<Features>;
  /** Frees what the extractor holds: variables, compiled programs, sessions. */
  dispose(): Promise<void>;
}

/** Throws unless `samples` holds `count` finite examples of `size` values each. */
export function checkSamples(extractor: string, samples: Float32Array, count: number, size: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`${extractor}: count must be a positive integer, got ${count}; pass at least one sample.`);
  }
  if (samples.length !== count * size) {
    throw new RangeError(
      `${extractor}: ${count} samples of ${size} values each make ${count * size} values, got ${samples.length}; ` +
        "correct the count, or the extractor's shape.",
    );
  }
  // Here, and not only in the metrics: a ReLU may turn NaN into 0.
  checkFinite(samples, (at) => `${extractor}: value ${at % size} of sample ${Math.floor(at / size)}`);
}
