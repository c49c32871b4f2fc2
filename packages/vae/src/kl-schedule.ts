import { constantRate, linearRate, type Schedule } from '@kindred/nn';

export interface KlScheduleConfig {
  /** Training steps in all. */
  readonly totalSteps: number;
  /** The weight behind the warm-up: beta. */
  readonly weight: number;
  /** Share of a cycle over which the weight grows from 0; 0 for a constant weight. */
  readonly warmUp: number;
  /** Cycles of equal length; 1 is a single warm-up. */
  readonly cycles: number;
}

/**
 * The weight of the KL by step. Each cycle starts at 0, rises in a straight line to `weight` and stays there: linear annealing with one
 * cycle, cyclical annealing with several. A step beyond the last cycle has the full weight.
 *
 * @see Bowman et al. 2016, arXiv:1511.06349; Fu et al. 2019, arXiv:1903.10145
 */
export function klSchedule({ totalSteps, weight, warmUp, cycles }: KlScheduleConfig): Schedule {
  if (warmUp <= 0) return constantRate(weight);
  const length = totalSteps / cycles;
  const rise = linearRate(0, weight, warmUp * length);
  return (step) => rise(step < totalSteps ? step % length : step);
}
