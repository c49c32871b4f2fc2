import { profile, type CompiledProgram, type Engine, type OperatorCost } from '@kindred/engine';
import type { OurSide, Run } from './work.ts';

/** Where the time of one step goes, by ONNX operator; the step's programs together. Empty for a work that names no runs. */
export async function profileStep(engine: Engine, side: OurSide): Promise<OperatorCost[]> {
  const runs = new Map<CompiledProgram, { run: Run; times: number }>();
  for (const run of side.runs?.(0) ?? []) {
    const times = (runs.get(run.compiled)?.times ?? 0) + 1;
    runs.set(run.compiled, { run, times });
  }
  const sums = new Map<string, OperatorCost>();
  for (const { run, times } of runs.values()) {
    for (const cost of await profile(engine, run.compiled, run.feeds)) {
      const sum = sums.get(cost.operator) ?? { operator: cost.operator, nodes: 0, milliseconds: 0, flops: 0 };
      sums.set(cost.operator, {
        operator: cost.operator,
        nodes: sum.nodes + times * cost.nodes,
        milliseconds: sum.milliseconds + times * cost.milliseconds,
        flops: sum.flops + times * cost.flops,
      });
    }
  }
  return [...sums.values()].toSorted((a, b) => b.milliseconds - a.milliseconds);
}
