import type { Engine } from '@kindred/engine';
import { classAccuracy } from '../class-accuracy.ts';
import type { Features } from '../features.ts';
import { checkExamples, imageSize, type LabelledImages } from './classifier-task.ts';
import { inferenceProgram, type ClassifierNetwork } from './classifier-network.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { networkKey } from './network-key.ts';
import { programRunSize, runBatches } from './run-batches.ts';

/** A trained image classifier: its penultimate layer is a feature space, its outputs are class probabilities. */
export interface Classifier extends FeatureExtractor {
  readonly classes: number;
  /** Class probabilities [count, classes] of images [count, ...shape]; each row sums to 1. */
  probabilities(samples: Float32Array, count: number): Promise<Features>;
  /** Share of the examples whose most probable class is the labelled one, 0 ... 1. */
  accuracy(examples: LabelledImages): Promise<number>;
}

/** A network that has its final weights as a Classifier, which owns the network's variables from then on. */
export async function classifierFrom(engine: Engine, network: ClassifierNetwork): Promise<Classifier> {
  const { task, recipe, parameters } = network;
  const compiled = await engine.compile(inferenceProgram(network, programRunSize));
  const read = (output: 'features' | 'probabilities', samples: Float32Array, count: number): Promise<Features> => {
    const columns = output === 'features' ? recipe.features : task.classes;
    const run = async (x: Float32Array) => (await compiled.run({ x }))[output] as Float32Array;
    const runs = { name: 'classifier', size: imageSize(task), runSize: programRunSize, columns, run };
    return runBatches(runs, samples, count);
  };
  return {
    name: 'classifier',
    key: await networkKey(engine, parameters, { extractor: 'classifier', task, recipe }),
    description:
      `the ${recipe.features} ReLU outputs of the layer before the last of a convolutional classifier, ` +
      'trained here on the labelled training split',
    columns: recipe.features,
    classes: task.classes,
    extract: (samples, count) => read('features', samples, count),
    probabilities: (samples, count) => read('probabilities', samples, count),
    accuracy: async (examples) => {
      checkExamples('accuracy', examples, task);
      const { images, labels } = examples;
      return classAccuracy(await read('probabilities', images, labels.length), labels);
    },
    dispose: async () => {
      await compiled.dispose();
      parameters.dispose();
    },
  };
}
