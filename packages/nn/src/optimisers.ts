import * as tf from '@tensorflow/tfjs-core';
import type { Parameters, VariableRecord } from './parameters.ts';

/** An optimiser written as tensor ops: it can be traced, and all that it remembers lives in variables of its state scope. */
export interface Optimiser {
  /**
   * One update of the variables.
   * @param gradients under the names of the optimiser's variables; one that is missing is an error
   * @param learningRate scalar
   */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: tf.Tensor): void;
}

export interface AdamOptions {
  /** Decay of the mean of gradients, default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled: each update also takes learningRate * weightDecay of a variable away. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Adam, with AdamW's decoupled decay. The slots hold sums instead of means, m' = m / (1 - beta1) and v' = v / (1 - beta2):
 * the factors and the bias correction then meet in two scalars, and a step is ten passes over a variable instead of fourteen.
 *
 *     variable -= rate a / b * m' / (sqrt(v') + epsilon / b),  a = (1 - beta1) / (1 - beta1^t),  b^2 = (1 - beta2) / (1 - beta2^t)
 *
 * @see Kingma and Ba 2015, arXiv:1412.6980; Loshchilov and Hutter 2019, arXiv:1711.05101
 */
export function adam(state: Parameters, variables: VariableRecord, options: AdamOptions = {}): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  const counter = state.state('step', []);
  const means = slots(state, 'mean', variables);
  const squares = slots(state, 'square', variables);
  return {
    apply(gradients, learningRate) {
      counter.assign(tf.add(counter, 1));
      const a = tf.div(1 - beta1, tf.sub(1, tf.pow(beta1, counter)));
      const b = tf.sqrt(tf.div(1 - beta2, tf.sub(1, tf.pow(beta2, counter))));
      const factor = tf.div(tf.mul(learningRate, a), b);
      const offset = tf.div(epsilon, b);
      const keep = tf.sub(1, tf.mul(learningRate, weightDecay));
      for (const { name, variable, gradient } of pairs(variables, gradients)) {
        const mean = slot(means, name);
        const square = slot(squares, name);
        mean.assign(tf.add(tf.mul(mean, beta1), gradient));
        square.assign(tf.add(tf.mul(square, beta2), tf.square(gradient)));
        const change = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), offset)), factor);
        variable.assign(tf.sub(weightDecay === 0 ? variable : tf.mul(variable, keep), change));
      }
    },
  };
}

export interface RmspropOptions {
  /** Decay of the mean of squared gradients, default 0.9. */
  readonly decay?: number;
  /** Added to the root of that mean, default 1e-8. */
  readonly epsilon?: number;
}

/**
 * RMSProp: variable -= rate * gradient / (sqrt(mean of squared gradients) + epsilon); no momentum, no centring.
 *
 * @see Tieleman and Hinton 2012, lecture 6.5 of "Neural networks for machine learning"
 */
export function rmsprop(state: Parameters, variables: VariableRecord, options: RmspropOptions = {}): Optimiser {
  const { decay = 0.9, epsilon = 1e-8 } = options;
  const squares = slots(state, 'square', variables);
  return {
    apply(gradients, learningRate) {
      for (const { name, variable, gradient } of pairs(variables, gradients)) {
        const square = slot(squares, name);
        square.assign(tf.add(tf.mul(square, decay), tf.mul(tf.square(gradient), 1 - decay)));
        const change = tf.mul(tf.div(gradient, tf.add(tf.sqrt(square), epsilon)), learningRate);
        variable.assign(tf.sub(variable, change));
      }
    },
  };
}

export interface SgdOptions {
  /** Share of the last update's direction that is kept, default 0. */
  readonly momentum?: number;
}

/** Gradient descent, with heavy-ball momentum where it is not 0: velocity = momentum * velocity + gradient. */
export function sgd(state: Parameters, variables: VariableRecord, options: SgdOptions = {}): Optimiser {
  const { momentum = 0 } = options;
  const velocities = momentum === 0 ? undefined : slots(state, 'velocity', variables);
  return {
    apply(gradients, learningRate) {
      for (const { name, variable, gradient } of pairs(variables, gradients)) {
        const velocity = velocities && slot(velocities, name);
        velocity?.assign(tf.add(tf.mul(velocity, momentum), gradient));
        variable.assign(tf.sub(variable, tf.mul(velocity ?? gradient, learningRate)));
      }
    },
  };
}

/** The Euclidean norm of all gradients together, a scalar. */
export function globalNorm(gradients: Readonly<Record<string, tf.Tensor>>): tf.Tensor {
  return tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))));
}

/** Scales all gradients by the same factor where their joint Euclidean norm exceeds `limit`. */
export function clipByGlobalNorm(
  gradients: Readonly<Record<string, tf.Tensor>>,
  limit: number,
): Record<string, tf.Tensor> {
  const norm = globalNorm(gradients);
  const factor = tf.div(limit, tf.maximum(norm, limit)); // 1 where the norm is below the limit
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
}

function slots(state: Parameters, kind: string, variables: VariableRecord): VariableRecord {
  const scope = state.scope(kind);
  return Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, scope.state(name, shape)]));
}

function slot(slots: VariableRecord, name: string): tf.Variable {
  const variable = slots[name];
  if (!variable) throw new Error(`optimiser: no state for the variable ${name}.`);
  return variable;
}

function pairs(variables: VariableRecord, gradients: Readonly<Record<string, tf.Tensor>>) {
  return Object.entries(variables).map(([name, variable]) => {
    const gradient = gradients[name];
    if (!gradient)
      throw new Error(
        `optimiser: the gradient of the variable ${name} is missing; got ${Object.keys(gradients).join(', ') || 'none'}.`,
      );
    return { name, variable, gradient };
  });
}
