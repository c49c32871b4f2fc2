import * as tf from '@tensorflow/tfjs-core';
import type { Parameters, VariableRecord } from '@kindred/nn';
import type { Network } from './architecture/architecture.ts';
import type { Player } from './game.ts';
import { optimiserOf, scheduleOf, type OptimiserConfig, type ScheduleName } from './optimisation.ts';

export interface PlayerConfig extends OptimiserConfig {
  /** The generator's, at the first step. */
  readonly learningRate: number;
  readonly learningRateSchedule: ScheduleName;
  readonly totalSteps: number;
}

export interface CriticConfig extends PlayerConfig {
  /** The discriminator's learning rate over the generator's. */
  readonly discriminatorRateRatio: number;
  /** Largest size of a variable; 0: none. */
  readonly weightClip: number;
}

/** What an optimiser updates, and where it keeps its slots. */
export interface Trained {
  readonly variables: VariableRecord;
  readonly state: Parameters;
}

/** A network with its optimiser. */
export function playerOf(network: Network, { variables, state }: Trained, config: PlayerConfig): Player {
  return {
    network,
    variables,
    optimiser: optimiserOf(state, variables, config),
    learningRate: scheduleOf(config.learningRateSchedule, config.learningRate, config.totalSteps),
  };
}

/**
 * The discriminator as a player: with its own learning rate, and its variables, biases too, clipped to -weightClip ... weightClip after
 * each of its updates.
 *
 * @see Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1
 */
export function criticOf(network: Network, trained: Trained, config: CriticConfig): Player {
  const { discriminatorRateRatio, weightClip: limit, learningRate } = config;
  const clip = (): void => {
    for (const variable of Object.values(trained.variables)) variable.assign(tf.clipByValue(variable, -limit, limit));
  };
  return {
    ...playerOf(network, trained, { ...config, learningRate: learningRate * discriminatorRateRatio }),
    ...(limit > 0 && { afterUpdate: clip }),
  };
}
