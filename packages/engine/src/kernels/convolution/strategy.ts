import type { LoweringTarget, OnnxBuilder, Wire } from '../../onnx/onnx-builder.ts';
import { isPointwise, type Geometry } from './geometry.ts';

/** One way to write a convolution, or one of its gradients, in ONNX. */
export interface Strategy<Factors> {
  readonly name: string;
  /**
   * About how long it takes, in units of a blocked convolution that fills its blocks; Infinity where it cannot be used. Numbers are from
   * bench/convolutions.bench.ts, which shows what each strategy takes and which one these numbers choose. They are fixed,
   * not measured at run time: the same program must give the same bytes in each run (docs/decisions/0004).
   */
  readonly cost: (g: Geometry, target: LoweringTarget) => number;
  readonly write: (onnx: OnnxBuilder, factors: Factors, g: Geometry) => Wire;
}

/** The strategy of the least cost; of equals the first. */
export function cheapest<Factors>(
  strategies: readonly Strategy<Factors>[],
  g: Geometry,
  target: LoweringTarget,
): Strategy<Factors> {
  const [first, ...others] = strategies;
  if (first === undefined) throw new Error('no strategies');
  return others.reduce((best, next) => (next.cost(g, target) < best.cost(g, target) ? next : best), first);
}

/** 1 x 1 convolutions are products, whatever else could be used. */
export const pointwiseCost = (g: Geometry): number => (isPointwise(g) ? 0 : Infinity);
