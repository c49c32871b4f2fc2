export { convolutional, type ConvolutionalConfig } from './architecture/convolutional.ts';
export type { Architecture } from './architecture/architecture.ts';
export { perceptron, type PerceptronConfig } from './architecture/perceptron.ts';
export { gan } from './gan.ts';
export { roundOf, type Game, type Player } from './game.ts';
export type { AdversarialLoss } from './losses/adversarial-loss.ts';
export { losses, type LossName } from './losses/losses.ts';
export { nonSaturating } from './losses/non-saturating.ts';
export { ganOptions, type GanOptions } from './options.ts';
