import type { LogDensity } from '../types.ts';

export interface Mixture {
  /** [count, dimensions] */
  readonly centres: Float32Array | Float64Array;
  /** [count], positive; they add up to 1. */
  readonly weights: Float64Array;
  readonly dimensions: number;
  /** Standard deviation of every component, along each axis. */
  readonly sigma: number;
}

/** Terms below exp(-60) of the largest are not computed: a million of them would not change the sum's last digit. */
const negligible = 60;

/**
 * The log density of a mixture of spherical Gaussians, in nats:
 *
 *     ln p(x) = ln sum_k w_k exp(-|x - c_k|^2 / (2 sigma^2)) - (D / 2) ln(2 pi sigma^2)
 *
 * The smallest squared distance is taken out of the sum before the exponential, so that the sum never underflows: far from all
 * centres the value is a large negative number, not minus infinity.
 */
export function mixtureLogDensity({ centres, weights, dimensions, sigma }: Mixture): LogDensity {
  const axes = Array.from({ length: dimensions }, (_, d) =>
    weights.map((_w, k) => centres[k * dimensions + d] as number),
  );
  const squares = new Float64Array(weights.length);
  const precision = 1 / (2 * sigma ** 2);
  const normaliser = (dimensions / 2) * Math.log(2 * Math.PI * sigma ** 2);
  /** Writes the squared distances of one point to `squares`, coordinate by coordinate; returns the smallest. */
  const measure = (points: Float32Array, at: number): number => {
    squares.fill(0);
    for (let d = 0; d < dimensions; d++) {
      const [coordinate, axis] = [points[at + d] as number, axes[d] as Float64Array];
      for (let k = 0; k < squares.length; k++) {
        const difference = coordinate - (axis[k] as number);
        squares[k] = (squares[k] as number) + difference * difference;
      }
    }
    let nearest = Infinity;
    for (let k = 0; k < squares.length; k++) nearest = Math.min(nearest, squares[k] as number);
    return nearest;
  };
  return (points, target) => {
    const densities = checkedDensityTarget(points, dimensions, target);
    for (let i = 0; i < densities.length; i++) {
      const nearest = measure(points, i * dimensions);
      let sum = 0;
      for (let k = 0; k < squares.length; k++) {
        const exponent = ((squares[k] as number) - nearest) * precision;
        if (exponent < negligible) sum += (weights[k] as number) * Math.exp(-exponent);
      }
      densities[i] = Math.log(sum) - nearest * precision - normaliser;
    }
    return densities;
  };
}

/**
 * The target of a log density, once the points are known to be whole and finite: one place per point.
 *
 * @throws RangeError where they are not, or the target has another length
 */
export function checkedDensityTarget(points: Float32Array, dimensions: number, target?: Float64Array): Float64Array {
  const count = points.length / dimensions;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `logDensity: ${points.length} coordinates are no whole number of points of ${dimensions}; pass [count, ${dimensions}].`,
    );
  }
  if (target && target.length !== count) {
    throw new RangeError(
      `logDensity: the target holds ${target.length} numbers, expected ${count}; pass one place per point.`,
    );
  }
  const wrong = points.findIndex((coordinate) => !Number.isFinite(coordinate));
  if (wrong >= 0) {
    throw new RangeError(
      `logDensity: coordinate ${points[wrong]} at place ${wrong} is not finite; leave such points out and count them.`,
    );
  }
  return target ?? new Float64Array(count);
}
