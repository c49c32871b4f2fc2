import type { Engine, FeedsOf, Inputs, Program } from '@kindred/engine';
import type { OurSide } from './work.ts';

export interface SteppedSampler<I extends Inputs> {
  /** Puts the state to its beginning. */
  readonly reset: Program;
  /** Draws what belongs to a step, from its state and feeds. */
  readonly step: Program<I, 'drawn'>;
  readonly steps: number;
  readonly feeds: (step: number) => FeedsOf<I>;
}

/** A sampler that keeps what it knows in variables, opened: a draw, and a unit, is a reset and all steps in one call. */
export async function openStepped<I extends Inputs>(
  engine: Engine,
  { reset, step, steps, feeds }: SteppedSampler<I>,
): Promise<OurSide> {
  const [first, each] = [await engine.compile(reset), await engine.compile(step)];
  const draw = async () => {
    await first.run({});
    const parts = (await each.runAll(steps, feeds)).map(({ drawn }) => drawn);
    const samples = new Float32Array(parts.reduce((size, { length }) => size + length, 0));
    let at = 0;
    for (const part of parts) {
      samples.set(part, at);
      at += part.length;
    }
    return samples;
  };
  return {
    unit: async () => {
      await draw();
      return [];
    },
    draw,
    flops: each.cost === undefined ? null : steps * each.cost.flops,
    runs: () => [{ compiled: each, feeds: feeds(steps - 1) }],
    dispose: async () => {
      await first.dispose();
      await each.dispose();
    },
  };
}
