import * as tf from '@tensorflow/tfjs-core';

type TfEngine = ReturnType<typeof tf.engine>;
/** The two ways in which TF.js makes values that no kernel computed. */
type Maker = 'makeTensor' | 'makeVariable';

/**
 * Runs `work`, which must not be asynchronous, with one method of TF.js's engine replaced, and puts the method back after.
 * @param replacement given the method it replaces, bound
 */
export function replacing<M extends Maker, T>(
  method: M,
  replacement: (original: TfEngine[M]) => TfEngine[M],
  work: () => T,
): T {
  const engine = tf.engine();
  const before = Object.getOwnPropertyDescriptor(engine, method);
  const original = engine[method].bind(engine) as TfEngine[M];
  Object.defineProperty(engine, method, { value: replacement(original), configurable: true, writable: true });
  try {
    return work();
  } finally {
    if (before === undefined) Reflect.deleteProperty(engine, method);
    else Object.defineProperty(engine, method, before);
  }
}
