import * as tf from '@tensorflow/tfjs-core';
import { given, position, program, type Engine } from '@kindred/engine';
import type { Parameters } from '@kindred/nn';
import { arraysOf } from './training-work.ts';
import type { BuiltWork, NamedArray, OurSide, Work } from './work.ts';

/** A network over binary pixels whose logit at a pixel depends on the pixels before it alone. */
export interface PixelModel {
  readonly weights: Parameters;
  /** Pixels [N, P] to their logits [N, P]. */
  readonly logits: (pixels: tf.Tensor) => tf.Tensor;
  readonly count: number;
  readonly pixels: number;
  /** U[0, 1), [P, N]: pixel p of picture n is 1 where noise[p, n] < its probability. */
  readonly noise: NamedArray;
}

/** 1 with the probability of the logit, given a number from U[0, 1). */
export const bernoulli = (noise: tf.Tensor, logit: tf.Tensor): tf.Tensor =>
  tf.cast(tf.less(noise, tf.sigmoid(logit)), 'float32');

/**
 * The naive way to draw: for each pixel the whole network over all pixels. A unit is one pixel. `draw` draws each pixel of
 * given samples again, given those before it: by induction, where that gives the samples back, drawing pixel by pixel does too.
 */
export function naivePixels(
  names: Pick<Work, 'name' | 'about'> & { readonly sameAs: Work; readonly pixels: number },
  build: () => PixelModel,
): Work {
  const { name, about, sameAs, pixels } = names;
  return {
    name,
    kind: 'sample',
    about,
    units: pixels,
    sameAs,
    build: (): BuiltWork => {
      const model = build();
      const arrays = { ...arraysOf(model.weights), noise: model.noise };
      return { arrays, open: (engine) => openNaive(engine, name, model) };
    },
  };
}

async function openNaive(engine: Engine, name: string, model: PixelModel): Promise<OurSide> {
  const { count, pixels, logits } = model;
  const noise = model.noise.values as Float32Array;
  const x = given([count, pixels]);
  const one = program(name, { x, at: position(), noise: given([count]) }, ({ x, at, noise }) => ({
    drawn: bernoulli(noise, tf.gather(logits(x), at as tf.Tensor1D, 1)),
  }));
  const all = program(`${name}-again`, { x, noise: given([pixels, count]) }, ({ x, noise }) => ({
    drawn: bernoulli(noise, tf.transpose(logits(x))),
  }));
  const [step, again] = [await engine.compile(one), await engine.compile(all)];
  const state = new Float32Array(count * pixels);
  return {
    async unit(index) {
      const at = index % pixels;
      const { drawn } = await step.run({
        x: state,
        at: Int32Array.of(at),
        noise: noise.subarray(at * count, (at + 1) * count),
      });
      for (const [n, value] of drawn.entries()) state[n * pixels + at] = value;
      return [];
    },
    async draw(samples) {
      const x = new Float32Array(count * pixels);
      for (let p = 0; p < pixels; p++)
        for (let n = 0; n < count; n++) x[n * pixels + p] = samples?.[p * count + n] ?? 0;
      return (await again.run({ x, noise })).drawn;
    },
    flops: step.cost?.flops ?? null,
    runs: () => [{ compiled: step, feeds: { x: state, at: Int32Array.of(0), noise: noise.subarray(0, count) } }],
    dispose: async () => {
      await step.dispose();
      await again.dispose();
    },
  };
}
