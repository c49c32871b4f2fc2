import { labels, normal, program, type Program } from '@kindred/engine';
import type { BuildContext, GenerativeModel, ModelFamily } from '@kindred/model';
import { movingAverage, Parameters, spectralNorm, type VariableRecord } from '@kindred/nn';
import type { Network } from './architecture/architecture.ts';
import { architectureFor, hasArchitecture } from './architecture/architecture-for.ts';
import type { Augmentation } from './augmentation/augmentation.ts';
import { imageAugmentation } from './augmentation/image-augmentation.ts';
import { instanceNoise } from './augmentation/instance-noise.ts';
import { roundOf, type Game } from './game.ts';
import { losses } from './losses/losses.ts';
import { discriminatorOf } from './networks/discriminator.ts';
import { generatorOf } from './networks/generator.ts';
import { checkPacking } from './networks/packing.ts';
import { scheduleOf } from './optimisation.ts';
import { ganOptions, type GanOptions } from './options.ts';
import { criticOf, playerOf } from './players.ts';
import { regularisers } from './regularisers/regularisers.ts';
import { settingsFor, type Settings } from './settings.ts';
import { variants } from './variants/variants.ts';

/** What is built, the options for its kind of data among it. */
type Plan = BuildContext<GanOptions> & { readonly settings: Settings };

/**
 * Generative adversarial networks for points and for images whose height and width are divisible by 4. A member is an architecture,
 * a loss, a regulariser and what else the options name, each in a file of its own that knows nothing of the others, and the game
 * that all are played in: `game.ts`.
 *
 * The loss that comes first, and that the contract wants to see fall, is the discriminator's: it is the one loss of the game that
 * its player can push down against examples that stay the same. It shows that the discriminator learns. That the generator does
 * is shown by what it draws; its own loss may rise while it improves.
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const gan: ModelFamily<GanOptions> = {
  name: 'gan',
  options: ganOptions,
  variants,
  likelihood: 'none',
  supports: (data, options) => hasArchitecture(data) && (!isConditional(options) || data.classes >= 2),
  batchesPerStep: ({ criticSteps }) => criticSteps,
  build,
};

const isConditional = (options?: GanOptions): boolean => options !== undefined && options.conditional !== 'none';

function build(context: BuildContext<GanOptions>): GenerativeModel {
  const { data, options, batchSize, random } = context;
  const settings = settingsFor(data.kind === 'image' ? 'image' : 'points', options);
  const plan = { ...context, settings };
  checkPacking(options.packing, batchSize);
  const { generator, discriminator } = networksFor(plan);
  const parameters = new Parameters(random);
  const training = new Parameters(random);
  const critic = discriminator(parameters.scope('discriminator'));
  const averaged = settings.averageDecay > 0;
  // With an average, it is the model, and the generator that is trained is state of the training. Under the same names both
  // draw the same initial values.
  const trained = (averaged ? new Parameters(random) : parameters).scope('generator');
  const maker = generator(trained);
  const sampled = averaged ? generator(parameters.scope('generator')) : maker;
  const average = averaged
    ? movingAverage(training.scope('average'), trained.all, parameters.scope('generator').all, settings.averageDecay)
    : undefined;

  const conditional = isConditional(options);
  const { latentSize, averageDecay } = settings;
  const optimisation = { ...options, ...settings, totalSteps: context.totalSteps };
  const trainStep = roundOf('gan.train', {
    ...rulesFor(plan),
    generator: {
      ...playerOf(maker, { variables: trained.trainable, state: training.scope('generator-optimiser') }, optimisation),
      ...(average && { afterUpdate: () => average.update() }),
    },
    discriminator: criticOf(
      critic,
      {
        variables: parameters.scope('discriminator').trainable,
        state: training.scope('discriminator-optimiser'),
      },
      optimisation,
    ),
    conditional,
    latentSize,
    batchShape: [batchSize, ...data.shape],
  });
  return {
    parameters: parameters.all,
    trainingState: { ...training.all, ...(averaged && under('trained-generator', trained.all)) },
    trainStep,
    updatesPerStep: { discriminator: options.criticSteps, generator: 1 },
    ...(conditional && { conditional }),
    sampler: (count) => ({ kind: 'direct', program: samplerOf(sampled, count, latentSize, conditional) }),
    sampleMeaning: averaged
      ? `the output of the generator's moving average (decay ${averageDecay} per step)`
      : "the generator's output",
  };
}

const under = (prefix: string, variables: VariableRecord): VariableRecord =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [`${prefix}/${name}`, variable]));

/** Constructors of the two networks. */
function networksFor({ data, options, settings: { latentSize } }: Plan) {
  const kernelNorm = options.spectralNorm ? spectralNorm : undefined;
  const architecture = architectureFor(data, options, kernelNorm);
  const { conditional: conditioning } = options;
  const classes = { count: data.classes, size: options.embeddingSize };
  if (conditioning !== 'none' && data.classes < 2) {
    throw new Error(
      `gan: conditional ${conditioning} needs data of at least 2 classes, got ${data.classes}; take conditional none, or data with labels.`,
    );
  }
  return {
    generator: (scope: Parameters) =>
      generatorOf(scope, architecture, { latentSize, ...(conditioning !== 'none' && { classes }) }),
    discriminator: (scope: Parameters) =>
      discriminatorOf(scope, architecture, {
        channels: data.shape.at(-1) ?? 1,
        intensities: data.kind === 'image',
        packing: options.packing,
        ...(kernelNorm && { kernelNorm }),
        ...(conditioning !== 'none' && { classes: { ...classes, conditioning } }),
      }),
  };
}

/** The parts of the game that have no variables. */
function rulesFor(plan: Plan): Pick<Game, 'loss' | 'regulariser' | 'augmentation' | 'criticSteps' | 'packing'> {
  const { options, settings } = plan;
  const regulariser = regularisers[options.regulariser](settings.regulariserWeight);
  const augmentation = augmentationFor(plan);
  return {
    loss: losses[options.loss],
    ...(regulariser && { regulariser }),
    ...(augmentation && { augmentation }),
    criticSteps: options.criticSteps,
    packing: options.packing,
  };
}

function augmentationFor({ data, options, totalSteps }: Plan): Augmentation | undefined {
  if (data.kind === 'image') {
    return options.imageAugmentation.length > 0 ? imageAugmentation(options.imageAugmentation) : undefined;
  }
  const { pointsInstanceNoise: sd, pointsInstanceNoiseSchedule: schedule } = options;
  return sd > 0 ? instanceNoise(data.shape, scheduleOf(schedule, sd, totalSteps)) : undefined;
}

/** A program that draws `count` samples; of given classes where the generator is conditional. */
function samplerOf(generator: Network, count: number, latentSize: number, conditional: boolean): Program {
  const noise = { z: normal([count, latentSize]) };
  return conditional
    ? program('gan.sample', { ...noise, classes: labels([count]) }, ({ z, classes }) => ({
        samples: generator(z, 'inference', classes),
      }))
    : program('gan.sample', noise, ({ z }) => ({ samples: generator(z, 'inference') }));
}
