import type { Engine } from '@kindred/engine';
import { feedsFor, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { classifierFrom, type Classifier } from './classifier.ts';
import { classifierNetwork, trainingProgram, type ClassifierNetwork } from './classifier-network.ts';
import { checkRecipe, defaultRecipe, type ClassifierRecipe } from './classifier-recipe.ts';
import { checkExamples, checkTask, type ClassifierTask, type LabelledImages } from './classifier-task.ts';
import { shiftedBatch } from './shifted-batch.ts';

/** What to train on, and how. */
export interface TrainClassifierOptions extends ClassifierTask, LabelledImages {
  readonly engine: Engine;
  /** Draws the initial weights and the order of the examples: the same seed on the same engine gives the same classifier. */
  readonly seed: number;
  /** Held-out examples, for the reported accuracy alone: nothing is selected on them. */
  readonly validation: LabelledImages;
  /** What to change of the default recipe. */
  readonly recipe?: Partial<ClassifierRecipe>;
}

/** A classifier, and how good it is. */
export interface TrainedClassifier {
  readonly classifier: Classifier;
  /** Accuracy on the held-out examples, 0 ... 1. */
  readonly accuracy: number;
}

/**
 * Trains an image classifier: two convolutions and a dense layer, by Adam on the cross-entropy; see ClassifierRecipe. Its layer before the
 * last is the feature space `classifier`.
 *
 * @param options `images` [labels.length, height, width, channels] with values in 0 ... 1, and for each a class in 0 ... classes - 1; at
 * least one. `validation` likewise
 * @returns a classifier of `recipe.features` columns, ReLU outputs of 0 or more, that holds memory of the engine until it is disposed of
 * @throws RangeError when examples, task or recipe are malformed; Error when training diverges
 * @see Kingma and Ba 2015, arXiv:1412.6980 (Adam)
 */
export async function trainClassifier(options: TrainClassifierOptions): Promise<TrainedClassifier> {
  const { engine, validation } = options;
  checkTask(options);
  checkExamples('validation', validation, options); // before the time is spent
  const classifier = await classifierFrom(engine, await trainNetwork(options));
  return { classifier, accuracy: await classifier.accuracy(validation) };
}

/** The untrained network of a seed; weights from a cache are written over its own. */
export function initialNetwork(
  task: ClassifierTask,
  seed: number,
  recipe: Partial<ClassifierRecipe> = {},
): ClassifierNetwork {
  const whole = { ...defaultRecipe, ...recipe };
  checkTask(task);
  checkRecipe(whole);
  return classifierNetwork(task, whole, new RandomStream(seed, 'classifier', 'weights'));
}

/** Steps that are done in one run of the engine, which leaves weights inside it: the results are those of one step after the other. */
const stepsAtOnce = 10;

/** Trains a network with Adam on shuffled batches; what a pass has left after its last whole batch waits for the next shuffle. */
export async function trainNetwork(options: Omit<TrainClassifierOptions, 'validation'>): Promise<ClassifierNetwork> {
  const { engine, images, labels, shape, classes, seed } = options;
  checkTask(options);
  checkExamples('training', { images, labels }, options);
  const network = initialNetwork({ shape, classes }, seed, options.recipe);
  const { epochs, batchSize, shift } = network.recipe;
  const size = Math.min(batchSize, labels.length);
  const stepsPerEpoch = Math.floor(labels.length / size);
  const random = new RandomStream(seed, 'classifier', 'training');
  const [order, shifts, noise] = [random.derive('order'), random.derive('shifts'), random.derive('noise')];
  const state = new Parameters(random);
  const training = trainingProgram(network, state, size, epochs * stepsPerEpoch);
  const compiled = await engine.compile(training);
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const shuffled = order.permutation(labels.length);
      const feedsAt = (i: number) => {
        const chosen = shuffled.subarray(i * size, (i + 1) * size);
        const examples = shiftedBatch({ images, labels }, shape, chosen, { limit: shift, random: shifts });
        return feedsFor(training.inputs, { noise, step: epoch * stepsPerEpoch + i, ...examples });
      };
      for (let i = 0; i < stepsPerEpoch; i += stepsAtOnce) {
        const losses = await compiled.runAll(Math.min(stepsAtOnce, stepsPerEpoch - i), (run) => feedsAt(i + run));
        for (const [run, { loss }] of losses.entries()) {
          if (Number.isFinite(loss[0])) continue;
          const step = epoch * stepsPerEpoch + i + run;
          throw new Error(`classifier: the loss is ${loss[0]} at step ${step}; lower the recipe's learningRate.`);
        }
      }
    }
  } catch (error) {
    network.parameters.dispose();
    throw error;
  } finally {
    await compiled.dispose();
    state.dispose();
  }
  return network;
}
