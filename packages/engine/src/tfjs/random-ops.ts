import * as tf from '@tensorflow/tfjs-core';

/** Ops that draw numbers in JavaScript and make a tensor of them; all other random ops but `tf.multinomial` call one of these. */
const drawingOps = ['rand', 'randomGamma', 'randomNormal', 'randomUniform', 'truncatedNormal'] as const;
export type DrawingOp = (typeof drawingOps)[number];

const callers = new Set(['dropout', 'randomStandardNormal', 'randomUniformInt']);

/** A random op at the moment when it makes its tensor. */
export interface Drawing {
  readonly op: DrawingOp;
  /** The op that the program called: `dropout`, where that draws its mask by `randomUniform`. */
  readonly caller: string;
}

/** The random op that is making a tensor right now, or null: to be asked where TF.js makes tensors from numbers. */
export function drawingNow(): Drawing | null {
  // Each op runs in a scope of its name with this ending; scopes of `tf.tidy` have other names.
  const ops = tf.engine().state.scopeStack.map(({ name }) => (name.endsWith('__op') ? name.slice(0, -4) : ''));
  const op = drawingOps.find((name) => name === ops.at(-1));
  if (op === undefined) return null;
  return { op, caller: ops.find((name) => callers.has(name)) ?? op };
}
