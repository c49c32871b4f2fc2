import type { Engine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import type { ImageShape } from './classifier-task.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { networkKey } from './network-key.ts';
import { momentsProgram, randomFeaturesProgram, randomNetwork, type RandomNetwork } from './random-network.ts';
import { programRunSize, runBatches } from './run-batches.ts';

/** The fewest pixels along a side: the network quarters it, and halves that once more. */
const smallestSide = 5;
/** Channels that hardly move on the noise are scaled as if they moved by this share of what channels move on average. */
const leastSpread = 0.1;

/**
 * The feature space `random`: 128 outputs of a convolutional network that nobody has trained. Its filters and their combinations
 * see textures, its means over the four quarters of the image see where they are; it knows no classes, needs no labels, favours no
 * data and is the same for every dataset of a shape. A second opinion beside trained features.
 *
 * Each channel of each layer, and each output, is shifted and scaled to mean 0 and variance 1 over noise images of several
 * grains, drawn from the seed. Else some ReLUs would always be off, others always on, and a few columns would drown the
 * rest. Nothing is fitted to data.
 *
 * @param shape [height, width, channels] of images with values in 0 ... 1, at least 5 x 5 pixels
 * @param seed draws the weights and the noise
 * @returns an extractor of 128 columns, in their standard deviations over the noise; it holds memory of the engine until it is disposed of
 * @throws RangeError when the shape is none, or too small
 * @see Naeem et al. 2020, arXiv:2002.09797, who measure generative models in features of an untrained network
 */
export async function randomFeatures(engine: Engine, shape: ImageShape, seed = 0): Promise<FeatureExtractor> {
  const [height, width, depth] = shape;
  if (!shape.every(Number.isInteger) || height < smallestSide || width < smallestSide || depth < 1) {
    throw new RangeError(
      `random: needs images of at least ${smallestSide} x ${smallestSide} pixels, got shape [${shape.join(', ')}]; use pixelFeatures.`,
    );
  }
  const network = randomNetwork(shape, seed);
  const { parameters, columns } = network;
  await standardise(engine, network, seed);
  const compiled = await engine.compile(randomFeaturesProgram(network, programRunSize));
  const size = height * width * depth;
  const run = async (x: Float32Array) => (await compiled.run({ x })).features as Float32Array;
  return {
    name: 'random',
    key: await networkKey(engine, parameters, { extractor: 'random', shape }),
    description:
      `${columns} outputs of an untrained convolutional network with weights drawn from seed ${seed}: ` +
      'mean responses of its last layer in each quarter of the image',
    columns,
    extract: (samples, count) =>
      runBatches({ name: 'random', size, runSize: programRunSize, columns, run }, samples, count),
    dispose: async () => {
      await compiled.dispose();
      parameters.dispose();
    },
  };
}

/** Sets each stage's mean and scale by what comes out of it on noise, given those of the stages before it. */
async function standardise(engine: Engine, network: RandomNetwork, seed: number): Promise<void> {
  const random = new RandomStream(seed, 'random-features', 'noise');
  const x = noiseImages(network.shape, programRunSize, random);
  const compiled = await engine.compile(momentsProgram(network, programRunSize));
  for (const [i, { mean, scale }] of network.stages.entries()) {
    const moments = await compiled.run({ x });
    const spreads = Float32Array.from(moments[`variance.${i}`] ?? [], (variance) => Math.sqrt(variance));
    const least = (leastSpread * spreads.reduce((sum, spread) => sum + spread, 0)) / spreads.length;
    engine.write(mean, moments[`mean.${i}`] ?? spreads);
    engine.write(
      scale,
      spreads.map((spread) => 1 / Math.max(spread, least)),
    );
  }
  await compiled.dispose();
}

/** Images of even squares with intensities from U[0, 1): of 1, 2, 4 and 8 pixels in turn; every other four are grey. */
function noiseImages([height, width, depth]: ImageShape, count: number, random: RandomStream): Float32Array {
  const images = new Float32Array(count * height * width * depth);
  let next = 0;
  for (let image = 0; image < count; image++) {
    const grain = 2 ** (image % 4);
    const across = Math.ceil(width / grain);
    const squares = random.fillUniform(new Float32Array(Math.ceil(height / grain) * across * depth));
    const grey = image % 8 < 4;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const square = Math.floor(y / grain) * across + Math.floor(x / grain);
        for (let c = 0; c < depth; c++) images[next++] = squares[square * depth + (grey ? 0 : c)] ?? 0;
      }
    }
  }
  return images;
}
