import * as tf from '@tensorflow/tfjs-core';
import { drawingNow, type Drawing } from './tfjs/random-ops.ts';
import { replacing } from './tfjs/replacing.ts';

/** The source to declare for the ops whose result an input can be; the others draw from other laws. */
const sources: Partial<Record<Drawing['op'], string>> = { randomNormal: 'normal', randomUniform: 'uniform' };

/**
 * Runs `work` with its random draws replaced by `noise`, in the order in which they happen: so that a dropout layer can stand in a
 * Program, whose noise must be an input.
 *
 * ```ts
 * program('step', { x: batch([32, 784]), mask: uniform([32, 128]) }, ({ x, mask }) => {
 *   const y = withNoise([mask], () => model.apply(x, { training: true }));
 * ```
 *
 * A draw is one call of `tf.randomUniform` or `tf.randomNormal`, also inside `tf.dropout`, `tf.randomUniformInt`,
 * `tf.randomStandardNormal` and the layers made of them. The given tensor is the result of that call as it stands: what the op
 * would do with its bounds, mean and deviation is the caller's to do (`tf.dropout` draws from U[0, 1): hand it `uniform(shape)`
 * as it is). All kinds of engine see the same numbers.
 * @param noise one tensor a draw, of its shape and dtype
 * @throws where a draw has no tensor or one of another shape or dtype, where tensors are left over, and at `tf.truncatedNormal`,
 *   `tf.randomGamma` and `tf.rand`, which have no input of that law
 */
export function withNoise<T>(noise: readonly tf.Tensor[], work: () => T): T {
  let drawn = 0;
  const result = replacing(
    'makeTensor',
    (makeTensor) =>
      (...call) => {
        const drawing = drawingNow();
        if (drawing === null) return makeTensor(...call);
        return draw(noise, drawn++, { ...drawing, shape: call[1], dtype: call[2] ?? 'float32' });
      },
    work,
  );
  if (result instanceof Promise) {
    result.catch(() => {}); // it is refused below, whatever becomes of it
    throw new TypeError('withNoise: work must not be asynchronous, got a promise; return tensors.');
  }
  if (drawn !== noise.length) {
    throw new Error(
      `withNoise: ${noise.length} tensors were given, but ${drawn} drawn; give as many as there are draws (a layer draws only ` +
        'when it is applied with { training: true }, and a dropout of rate 0 never).',
    );
  }
  return result;
}

interface Draw extends Drawing {
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

function draw(noise: readonly tf.Tensor[], index: number, { op, caller, shape, dtype }: Draw): tf.Tensor {
  const wanted = `${dtype} [${shape.join(', ')}]`;
  const subject = `withNoise: draw ${index + 1}, by tf.${caller},`;
  const source = sources[op];
  if (source === undefined) {
    throw new Error(
      `${subject} is of a law that no input has; take tf.randomUniform or tf.randomNormal, or work its values out from uniform(shape).`,
    );
  }
  const given = noise[index];
  if (given === undefined) {
    throw new Error(
      `${subject} needs a tensor, ${wanted}, and ${noise.length} were given; declare one more input, ` +
        `${source}([${shape.join(', ')}]), and hand it over.`,
    );
  }
  if (given.dtype !== dtype || !tf.util.arraysEqual([...shape], given.shape)) {
    throw new Error(
      `${subject} needs ${wanted}, got ${given.dtype} [${given.shape.join(', ')}]; declare the input with that shape, and hand over ` +
        'the tensors in the order of the draws.',
    );
  }
  return tf.clone(given);
}
