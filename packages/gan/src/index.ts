export type { Architecture, Network } from './architecture/architecture.ts';
export { gan } from './gan.ts';
export { roundOf, type Game, type Player } from './game.ts';
export { losses, type LossName } from './losses/losses.ts';
export { ganOptions, type GanOptions } from './options.ts';
export type { Regulariser } from './regularisers/regulariser.ts';
