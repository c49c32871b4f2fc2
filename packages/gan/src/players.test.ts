import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { constant, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { criticOf, playerOf } from './players.ts';

const config = {
  optimiser: 'sgd',
  beta1: 0,
  beta2: 0,
  learningRate: 0.1,
  learningRateSchedule: 'linear',
  totalSteps: 10,
  discriminatorRateRatio: 4,
  weightClip: 0.5,
} as const;

describe('players', () => {
  it('have rates of one schedule, the discriminator a multiple of the generator’s', () => {
    const parameters = new Parameters(new RandomStream('players'));
    const trained = { variables: {}, state: parameters };
    const [generator, critic] = [playerOf((z) => z, trained, config), criticOf((x) => x, trained, config)];
    expect([0, 5, 10].map(generator.learningRate)).toEqual([0.1, 0.05, 0]);
    expect([0, 5, 10].map(critic.learningRate)).toEqual([0.4, 0.2, 0]);
  });

  it('clipping leaves no variable of the discriminator beyond the limit, and those within as they are', () => {
    const parameters = new Parameters(new RandomStream('players'));
    const kernel = parameters.variable('kernel', [3], () => Float32Array.of(-2, 0.25, 0.75));
    const bias = parameters.variable('bias', [1], constant(-0.6));
    const trained = { variables: parameters.trainable, state: parameters.scope('state') };
    const critic = criticOf((x) => x, trained, config);
    tf.tidy(() => critic.afterUpdate?.());
    expect([...kernel.dataSync(), ...bias.dataSync()]).toEqual([-0.5, 0.25, 0.5, -0.5]);
    expect(criticOf((x) => x, trained, { ...config, weightClip: 0 }).afterUpdate).toBeUndefined();
    parameters.dispose();
  });
});
