import { openEngine, given, normal, program } from '@kindred/engine';
import { adam, cosineRate, dense, feedsFor, Parameters, posteriorFrom } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { expect, it } from 'vitest';
import { importanceWeightedBound, type LatentModel } from './bounds.ts';
import { klSchedule } from './kl-schedule.ts';
import { evidenceObjective } from './objectives.ts';
import { gaussian } from './observation/gaussian.ts';
import { trainStepOf } from './train-step.ts';

/**
 * Variances of the data along its principal axes. Points at +-sqrt(4 variance) along each of the four axes have exactly this
 * covariance; the axes are columns of a 4 x 4 Hadamard matrix over 2, so every coordinate sees all of them.
 */
const variances = [4, 1.5, 0.25, 0.15] as const;
const axes = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
] as const;
const dimensions = 4;
const latentSize = 2;
const points = variances.flatMap((variance, i) =>
  [1, -1].flatMap((sign) => axes[i]!.map((value) => (sign * Math.sqrt(dimensions * variance) * value) / 2)),
);
const copies = 16;
const x = Float32Array.from({ length: copies * points.length }, (_, i) => points[i % points.length]!);
const examples = x.length / dimensions;

/**
 * The greatest mean log-likelihood of x ~ N(mean, W W^T + s^2 I) with two columns in W: the two largest variances are modelled, s^2 is the
 * mean of the others (Tipping and Bishop 1999, equations 7 and 8).
 */
function bestLogLikelihood(): number {
  const [a, b, c, d] = variances;
  const rest = (c + d) / 2;
  return -0.5 * (dimensions * Math.log(2 * Math.PI) + Math.log(a * b) + 2 * Math.log(rest) + dimensions);
}

it('a linear VAE that is trained is probabilistic PCA: its bound ends at the greatest likelihood, which is known', async () => {
  const engine = await openEngine({ kind: 'onnx' });
  const parameters = new Parameters(new RandomStream('linear', 'parameters'));
  const training = new Parameters(new RandomStream('linear', 'training'));
  const encoder = dense(parameters.scope('encoder'), { inputs: dimensions, outputs: 2 * latentSize });
  const decoder = dense(parameters.scope('decoder'), { inputs: latentSize, outputs: dimensions });
  const observation = gaussian(1e-3, { parameters: parameters.scope('observation'), start: 1 });
  const model: LatentModel = { encode: (x) => posteriorFrom(encoder(x)), decode: (z) => decoder(z), observation };
  const totalSteps = 3000;
  const step = trainStepOf('linear.train', {
    model,
    latentSize,
    classes: 0,
    inputNoise: 0,
    variables: parameters.trainable,
    optimiser: adam(training, parameters.trainable),
    learningRate: cosineRate(0.02, 0, totalSteps),
    klWeight: klSchedule({ totalSteps, weight: 1, warmUp: 0, cycles: 1 }),
    objective: evidenceObjective(0),
    batchShape: [examples, dimensions],
  });
  const noise = new RandomStream('linear', 'noise');
  const compiled = await engine.compile(step);
  await compiled.runAll(totalSteps, (run) => feedsFor(step.inputs, { batch: x, noise, step: run }));

  const boundOf = async (draws: number): Promise<number> => {
    const bound = program(
      'bound',
      { x: given([examples, dimensions]), noise: normal([examples, draws, latentSize]) },
      ({ x, noise }) => ({ bound: importanceWeightedBound(model, x, noise) }),
    );
    const evaluated = await engine.compile(bound);
    const values = await evaluated.run(feedsFor(bound.inputs, { given: { x }, noise }));
    return Array.from(values.bound).reduce((sum, value) => sum + value, 0) / examples;
  };
  // With the true posterior all weights of a point are the same: one draw says as much as many.
  const [one, many] = [await boundOf(1), await boundOf(100)];
  expect(Math.abs(one - bestLogLikelihood())).toBeLessThan(0.02);
  expect(Math.abs(many - bestLogLikelihood())).toBeLessThan(0.01);
  await engine.dispose();
});
