import type { Interval } from './interval.ts';
import { percentileBootstrap, type BootstrapOptions } from './percentile-bootstrap.ts';
import { interquartileMean } from './summary.ts';

/**
 * Percentile bootstrap interval of a statistic over several tasks, by default of the interquartile mean of all runs pooled. Runs
 * are resampled within their own task, so each resample holds as many runs of each task as there were: the interval tells the
 * spread over runs, and not which tasks were picked. Scores must be comparable between tasks (normalised to one scale). A task
 * with a single run adds no spread.
 *
 * @param groups for each stratum (a task or a dataset) its runs, at least one
 * @returns the statistic and the ends of its interval, in its unit; `degenerate` where no group has two runs
 * @throws RangeError without groups, when one is empty, when a value or the statistic of a resample is not finite, or when an option is
 * out of range
 * @see Agarwal et al. 2021, arXiv:2108.13264
 */
export function stratifiedBootstrap(groups: readonly (readonly number[])[], options: BootstrapOptions = {}): Interval {
  const empty = groups.findIndex(({ length }) => length === 0);
  if (groups.length === 0 || empty >= 0) {
    const got = groups.length === 0 ? 'no groups' : `group ${empty} empty`;
    throw new RangeError(
      `stratifiedBootstrap: needs at least one group, and at least one run in each, got ${got}; leave out tasks without runs.`,
    );
  }
  return percentileBootstrap('stratifiedBootstrap', groups, { statistic: interquartileMean, ...options });
}
