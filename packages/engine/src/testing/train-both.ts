import { expect } from 'vitest';
import type { Engine } from '../engine.ts';
import { openEngine } from '../open-engine.ts';
import type { FeedsOf, Inputs, Program, Values } from '../program.ts';
import type { VariableLike } from '../variable-of.ts';

/** A program of its own with its state, made anew for each engine. */
interface Trained<I extends Inputs> {
  readonly program: Program<I, 'loss'>;
  /** The variables to compare after the last step. */
  readonly state: () => readonly VariableLike[];
}

/** The losses of some steps, and the state after them. */
export interface Course {
  readonly losses: number[];
  readonly state: Values[];
}

/**
 * Runs the same steps eagerly and compiled, and expects the same losses and state. Tolerance: relative to the largest value of a
 * tensor (1 at least), 1e-4, as float32 sums in another order over several steps.
 * @returns the compiled course
 */
export async function trainBoth<I extends Inputs>(
  make: (engine: Engine) => Trained<I>,
  feeds: (step: number) => FeedsOf<I>,
  steps = 5,
): Promise<Course> {
  const courses: Course[] = [];
  for (const kind of ['cpu', 'onnx'] as const) {
    const engine = await openEngine({ kind });
    const { program, state } = make(engine);
    const compiled = await engine.compile(program);
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) losses.push((await compiled.run(feeds(step))).loss[0] ?? NaN);
    courses.push({ losses, state: state().map((variable) => engine.read(variable)) });
    await engine.dispose();
  }
  const [eager, compiled] = courses as [Course, Course];
  expect(compiled.state).toHaveLength(eager.state.length);
  const actual = [compiled.losses, ...compiled.state].map((values) => Array.from(values));
  [eager.losses, ...eager.state].forEach((values, i) => {
    const scale = Math.max(1, ...[...values].map(Math.abs));
    values.forEach((value, k) => expect(Math.abs((actual[i]?.[k] ?? NaN) - value) / scale).toBeLessThan(1e-4));
  });
  return compiled;
}
