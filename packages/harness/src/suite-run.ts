import type { DataCard, DataSpec } from '@kindred/data';
import type { EngineDescription } from '@kindred/engine';
import type { MetricRow, TrialRecord } from './record.ts';
import type { Suite } from './suite.ts';

/** Samples in a file: float32 little-endian, [count, ...shape], in the range of the dataset's spec. */
export interface SampleFile {
  /** Relative to the folder of the run's records. */
  readonly file: string;
  readonly count: number;
  readonly shape: readonly number[];
}

/** What a report says of a dataset: what was found in its examples, and what is known of it. */
export interface DatasetCard extends Omit<DataCard, 'kind' | 'shape'> {
  readonly spec: DataSpec;
  /** Centres [count, dimensions] and standard deviation of a mixture with known modes. */
  readonly modes: {
    readonly centres: readonly number[];
    readonly count: number;
    readonly dimensions: number;
    readonly sigma: number;
  } | null;
  /** The character of each token of a text; null for all else. */
  readonly alphabet: string | null;
  /** Nats per token of a text whose source is known, for who knows all of the text before. */
  readonly entropyRate: number | null;
  /** Test examples, for sheets and scatter plots. */
  readonly samples: SampleFile;
}

/** A feature space that metrics were computed in. */
export interface FeatureSpaceCard {
  readonly dataset: string;
  /** As in MetricRow.features: `classifier`. */
  readonly name: string;
  readonly description: string;
  readonly columns: number;
  /** Accuracy of the classifier behind the features on the test split, 0 ... 1; null where there is no classifier. */
  readonly testAccuracy: number | null;
}

/**
 * What the metrics say of real data in the place of samples. The training split against the test split is the floor, which no
 * honest model beats by more than noise; the validation split shows what unseen data scores. Where the source of the data is known,
 * what it says itself is the floor of likelihoods.
 */
export interface CalibrationRecord {
  readonly dataset: string;
  /** `train-against-test`, `validation-against-test` or `source-against-test` */
  readonly name: string;
  readonly description: string;
  /** Sampling seed: which training examples were drawn; 0 where nothing is. */
  readonly seed: number;
  readonly metrics: readonly MetricRow[];
}

/** One contender on one dataset in the interleaved timing run. */
export interface ThroughputRecord {
  readonly dataset: string;
  readonly family: string;
  readonly variant: string;
  /** `train`: one training step of `batch` examples; `sample`: drawing `batch` samples. */
  readonly work: 'train' | 'sample';
  readonly batch: number;
  /** Examples or samples per second, from the median latency. */
  readonly perSecond: number;
  /** Latency of one step, or one draw of `batch` samples, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Number of timed runs behind the quantiles. */
  readonly runs: number;
  /** Scalars in the model. */
  readonly parameters: number;
  /** Peak resident memory of the contender's trials (its own child process), bytes; median over seeds. */
  readonly peakMemory: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** bytes */
  readonly memory: number;
  readonly os: string;
  readonly node: string;
}

/** Everything a report is made from. */
export interface SuiteRun {
  readonly suite: string;
  readonly description: string;
  /** ISO 8601 */
  readonly startedAt: string;
  /** Of this run alone: what an earlier run had done, and a resumed one kept, is not in it. */
  readonly wallSeconds: number;
  /** Trials that a resumed run kept from an earlier one. */
  readonly keptTrials: number;
  /** What models of binary images were trained on; see `Suite`. */
  readonly binarise: Suite['binarise'];
  /** The command that makes this report again: `pnpm bench quick --seeds 3`. */
  readonly command: string;
  readonly machine: Machine;
  readonly engine: EngineDescription;
  /** Versions of what decides results: kindred (git commit where known), TF.js, ONNX Runtime, Node. */
  readonly versions: Readonly<Record<string, string>>;
  readonly datasets: readonly DatasetCard[];
  readonly featureSpaces: readonly FeatureSpaceCard[];
  readonly calibration: readonly CalibrationRecord[];
  /** In the order of the plan. */
  readonly trials: readonly TrialRecord[];
  /** Empty where throughput was not measured. */
  readonly throughput: readonly ThroughputRecord[];
}
