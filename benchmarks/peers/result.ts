import type { Interval } from '@kindred/metrics';
import type { WorkKind } from './work.ts';

/** What was measured of one work. Times are of one step, one whole draw or one evaluation, in milliseconds, medians over the rounds. */
export interface WorkResult {
  readonly work: string;
  readonly kind: WorkKind;
  readonly about: string;
  /** Whose time `peerMs` is. */
  readonly against: 'torch' | 'tfjs';
  /**
   * - `ok`: both sides did the same
   * - `failed`: they disagree, or one broke down
   * - `no-peer`: there was no PyTorch to compare with
   */
  readonly status: 'ok' | 'failed' | 'no-peer';
  /** Why it failed; '' where it did not. */
  readonly reason: string;
  readonly oursMs: number | null;
  readonly peerMs: number | null;
  /** Ours by the peer's, of the two blocks of a round: median over the rounds, with an interval. */
  readonly ratio: Interval | null;
  /** Of ours. */
  readonly gflops: number | null;
  /** Largest relative difference of the losses of the first steps; of a metric, of its values. */
  readonly maxLossDifference: number | null;
  /** Share of equal values in both sides' samples. */
  readonly agreement: number | null;
  /** Share of equal values in a naive sampler's draw and its cached form's, both ours. */
  readonly agreementWithCached: number | null;
  readonly rounds: number;
  /** Units of work that made one step or draw: more than 1 where some were timed and the rest reckoned. */
  readonly units: number;
}
