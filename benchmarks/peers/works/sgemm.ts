import * as tf from '@tensorflow/tfjs-core';
import { given, program } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { normals } from '../data.ts';
import type { Work } from '../work.ts';

const size = 1024;

/** One product of square matrices, both of them inputs: what a side can reach at most. */
export const sgemm: Work = {
  name: 'sgemm',
  kind: 'ceiling',
  about: 'one product of two matrices of 1024 × 1024',
  build: () => {
    const random = new RandomStream('peers', 'sgemm');
    const arrays = { a: normals(random.derive('a'), [size, size]), b: normals(random.derive('b'), [size, size]) };
    const product = program('sgemm', { a: given([size, size]), b: given([size, size]) }, ({ a, b }) => ({
      product: tf.matMul(a, b),
    }));
    return {
      arrays,
      open: async (engine) => {
        const compiled = await engine.compile(product);
        const feeds = { a: arrays.a.values as Float32Array, b: arrays.b.values as Float32Array };
        return {
          unit: async () => {
            await compiled.run(feeds);
            return [];
          },
          draw: async () => (await compiled.run(feeds)).product,
          flops: compiled.cost?.flops ?? null,
          dispose: () => compiled.dispose(),
        };
      },
    };
  },
};
