import * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import { given, program, type Program, type Values } from '../program.ts';
import type { CaseInput, OpCase } from './op-case.ts';
import { seeded, type Draw } from './seeded.ts';

/** A case with its shapes, attributes and values drawn: a program, and what to feed it. */
export interface DrawnCase {
  readonly program: Program;
  readonly feeds: Record<string, Values>;
}

/** Values that no arithmetic is sure about. */
const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1, -1, 0.5];

function valuesFor({ shape, dtype = 'float32', low = -2, high = 2 }: CaseInput, draw: Draw, special: number): Values {
  const length = sizeOf(shape);
  const real = () => low + draw() * (high - low);
  if (dtype === 'float32') {
    return Float32Array.from({ length }, () =>
      special > 0 && draw() < special ? specials[Math.floor(draw() * specials.length)]! : real(),
    );
  }
  if (dtype === 'bool') return Uint8Array.from({ length }, () => Number(draw() < 0.5));
  return Int32Array.from({ length }, () => low + Math.floor(draw() * (high - low + 1)));
}

/** The op and as many derivatives as TF.js has: of a weighted sum of the outputs and their squares, then of the sum of squares of that. */
function derivatives(
  name: string,
  order: number,
  inputs: readonly CaseInput[],
  op: (...tensors: tf.Tensor[]) => tf.Tensor,
): Program {
  const specs = Object.fromEntries(inputs.map(({ shape, dtype }, i) => [`x${i}`, given(shape, dtype ?? 'float32')]));
  return program(name, specs, (tensors) => {
    const list = inputs.map((_, i) => tensors[`x${i}`]!);
    const outputs: Record<string, tf.Tensor> = { value: op(...list) };
    const real = inputs.map((_, i) => i).filter((i) => (inputs[i]!.dtype ?? 'float32') === 'float32');
    const withReal = (chosen: tf.Tensor[]) => list.map((tensor, i) => chosen[real.indexOf(i)] ?? tensor);
    const weighted = (...chosen: tf.Tensor[]) => {
      const y = op(...withReal(chosen));
      const weights = tf.cos(tf.reshape(tf.range(1, y.size + 1), y.shape));
      return tf.add(tf.sum(tf.mul(y, weights)), tf.sum(tf.square(y))); // the square keeps the gradient dependent on x
    };
    const first = (...chosen: tf.Tensor[]) => tf.grads(weighted)(chosen);
    const chosen = real.map((i) => list[i]!);
    if (order > 0) first(...chosen).forEach((gradient, i) => (outputs[`gradient${i}`] = gradient));
    if (order > 1) {
      const squares = (...xs: tf.Tensor[]) => tf.addN(first(...xs).map((gradient) => tf.sum(tf.square(gradient))));
      tf.grads(squares)(chosen).forEach((gradient, i) => (outputs[`second${i}`] = gradient));
    }
    return outputs;
  });
}

/** Draws a case with its derivatives. */
export function drawCase({ name, order, draw: drawInputs }: OpCase, seed: number): DrawnCase {
  const draw = seeded(seed);
  const { inputs, op } = drawInputs(draw);
  return {
    program: derivatives(`${name}, seed ${seed}`, order, inputs, op),
    feeds: Object.fromEntries(inputs.map((input, i) => [`x${i}`, valuesFor(input, draw, 0)])),
  };
}

/** Draws a case without derivatives, with NaN, infinities and zeros of both signs among its values. */
export function drawSpecial({ name, draw: drawInputs }: OpCase, seed: number): DrawnCase {
  const draw = seeded(seed);
  const { inputs, op } = drawInputs(draw);
  return {
    program: derivatives(`${name}, special, seed ${seed}`, 0, inputs, op),
    feeds: Object.fromEntries(inputs.map((input, i) => [`x${i}`, valuesFor(input, draw, 0.4)])),
  };
}

/** A seed of a case's own, so that adding cases changes no other. */
export const seedOf = (name: string): number =>
  [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 100_000;
