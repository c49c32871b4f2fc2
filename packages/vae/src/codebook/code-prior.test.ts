import * as tf from '@tensorflow/tfjs-core';
import { given, openEngine, program } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { expect, it } from 'vitest';
import { codePrior, priorLogits, priorLogProbability, type CodePrior, type CodePriorConfig } from './code-prior.ts';
import { drawCodes } from './prior-draw.ts';

/** A prior with large random parameters, biases among them: everything that is connected shows. */
function prior(config: Partial<CodePriorConfig>): { prior: CodePrior; parameters: Parameters } {
  const parameters = new Parameters(new RandomStream('prior'));
  const random = new RandomStream('values');
  const built = codePrior(parameters, { grid: [3, 4], codes: 3, channels: 4, layers: 3, classes: 0, ...config });
  for (const variable of Object.values(parameters.all)) {
    variable.assign(tf.tensor(random.fillNormal(new Float32Array(variable.size)), variable.shape));
  }
  return { prior: built, parameters };
}

it('is a distribution: the probabilities of all 3^4 grids of 2 x 2 sum to 1', async () => {
  const engine = await openEngine({ kind: 'onnx' });
  const { prior: model } = prior({ grid: [2, 2] });
  const count = 3 ** 4;
  const codes = Int32Array.from({ length: count * 4 }, (_, i) => Math.floor(Math.floor(i / 4) / 3 ** (i % 4)) % 3);
  const compiled = await engine.compile(
    program('all grids', { codes: given([count * 4], 'int32') }, ({ codes }) => ({
      nats: priorLogProbability(model, tf.reshape(tf.oneHot(codes, 3, 1, 0, 'float32'), [count, 2, 2, 3])),
    })),
  );
  const { nats } = await compiled.run({ codes });
  const probabilities = Array.from(nats, Math.exp);
  expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  expect(Math.max(...probabilities) / Math.min(...probabilities)).toBeGreaterThan(10); // not just 1 / 81 each
  await engine.dispose();
});

it('sees every place before, none after: by gradients', async () => {
  const engine = await openEngine({ kind: 'cpu' });
  const { prior: model } = prior({});
  const [rows, columns] = model.grid;
  const codes = tf.tensor(new RandomStream('codes').fillNormal(new Float32Array(rows * columns * 3)), [
    1,
    rows,
    columns,
    3,
  ]);
  for (let place = 0; place < rows * columns; place++) {
    const logits = (codes: tf.Tensor) =>
      tf.sum(tf.square(tf.slice(tf.reshape(priorLogits(model, codes), [rows * columns, 3]), [place, 0], [1, 3])));
    const slopes = tf.sum(tf.abs(tf.grad(logits)(codes)), 3).dataSync();
    const seen = Array.from(slopes, (slope) => slope > 0);
    expect(seen).toEqual(Array.from({ length: rows * columns }, (_, other) => other < place));
  }
  await engine.dispose();
});

it('draws what a pass over the whole grid would, classes among it', async () => {
  const engine = await openEngine({ kind: 'onnx' });
  const { prior: model } = prior({ classes: 2 });
  const [rows, columns] = model.grid;
  const [count, places] = [50, rows * columns];
  const u = new RandomStream('u').fillUniform(new Float32Array(count * places));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const compiled = await engine.compile(
    program('draw', { u: given([count, places]), labels: given([count], 'int32') }, ({ u, labels }) => {
      const classes = tf.oneHot(labels, 2, 1, 0, 'float32');
      const codes = drawCodes(model, u, classes);
      const swapped = tf.sub(1, classes);
      return {
        codes,
        probabilities: tf.softmax(priorLogits(model, codes, classes)),
        others: tf.softmax(priorLogits(model, codes, swapped)),
      };
    }),
  );
  const { codes, probabilities, others } = await compiled.run({ u, labels });
  /** Places where the code that the noise picks from the probabilities is not the one that was drawn. */
  const wrong = (probabilities: ArrayLike<number>): number => {
    let found = 0;
    for (let i = 0; i < count * places; i++) {
      let code = 0;
      let sum = probabilities[i * 3]!;
      while (sum <= u[i]! && code < 2) sum += probabilities[i * 3 + ++code]!;
      if (codes[i * 3 + code] !== 1) found += 1;
    }
    return found;
  };
  // A noise within a rounding error of a step could fall on the other side: none of these 600 does.
  expect(wrong(probabilities)).toBe(0);
  expect(wrong(others)).toBeGreaterThan(50);
  await engine.dispose();
});
