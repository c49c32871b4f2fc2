import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-node';
import type { DeviceKind } from '../engine.ts';
import { emptyValues, sizeOf } from '../feeds.ts';
import { toOnnx } from '../onnx/to-onnx.ts';
import { optimise } from '../passes/optimise.ts';
import { batch, given, program, type Program } from '../program.ts';
import { flushDenormals } from '../session/flush-denormals.ts';
import { tensorOf } from '../session/variable-store.ts';
import { trace } from '../trace/trace.ts';

/** Where ONNX Runtime runs the nodes of a graph. */
export interface Placement {
  /** Nodes of the graph as ONNX Runtime rewrote it for the device. */
  readonly nodes: number;
  /** Those that run on the device; the processor runs the others, for which the device's provider has no kernel. */
  readonly onDevice: number;
}

/**
 * Runs the gradients of a small convolutional classifier once and counts which of its nodes ran on the device. ONNX Runtime tells it
 * in a profile alone, a file that is read and removed.
 */
export async function probePlacement(device: DeviceKind): Promise<Placement> {
  const folder = await mkdtemp(join(tmpdir(), 'placement-'));
  try {
    await profile(classifierGradients(), device, join(folder, 'profile'));
    const [file = ''] = await readdir(folder);
    return countNodes(JSON.parse(await readFile(join(folder, file), 'utf8')) as readonly ProfileEvent[]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What is read of an event in a profile of ONNX Runtime. */
export interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** Each node once, however often it ran, but for copies between device and processor. */
export function countNodes(events: readonly ProfileEvent[]): Placement {
  const providers = new Map<string, string>();
  for (const { cat, name, args } of events) {
    if (cat !== 'Node' || !name || !args?.provider || args.op_name?.startsWith('Memcpy')) continue;
    providers.set(name, args.provider);
  }
  const onDevice = [...providers.values()].filter((provider) => provider !== 'CPUExecutionProvider').length;
  return { nodes: providers.size, onDevice };
}

/** Convolutions and products in all their directions, reductions, comparisons, a gather and a scatter. */
function classifierGradients(): Program {
  const inputs = {
    x: batch([8, 12, 12, 1]),
    y: given([8], 'int32'),
    filter: given([3, 3, 1, 8]),
    table: given([10, 6]),
    weights: given([6 * 6 * 8, 10]),
  };
  return program('gradients', inputs, ({ x, y, filter, table, weights }) => {
    const loss = (f: tf.Tensor, t: tf.Tensor, w: tf.Tensor): tf.Tensor => {
      const h = tf.leakyRelu(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 2, 'same'), 0.2); // [8, 6, 6, 8]
      const logits = tf.matMul(tf.reshape<tf.Rank.R2>(h, [8, -1]), w); // [8, 10]
      const shifted = tf.add(logits, tf.sum(tf.gather(t, y as tf.Tensor1D), 1, true));
      const log = tf.sub(shifted, tf.logSumExp(shifted, 1, true));
      return tf.neg(tf.mean(tf.sum(tf.mul(log, tf.oneHot(y as tf.Tensor1D, 10)), 1)));
    };
    const gradients = tf.grads(loss)([filter, table, weights]);
    return Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]));
  });
}

/** One run on zeros, its profile written to a file that begins with `prefix`. */
async function profile(what: Program, device: DeviceKind, prefix: string): Promise<void> {
  const model = toOnnx(optimise(trace(what)));
  const session = await InferenceSession.create(model.bytes, {
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    enableProfiling: true,
    profileFilePrefix: prefix,
    ...flushDenormals,
  });
  try {
    const feeds = Object.entries(what.inputs).flatMap(([name, { dtype, shape }]) => {
      const input = model.inputs[name];
      return input === undefined ? [] : [[input, tensorOf(dtype, emptyValues(dtype, sizeOf(shape)), shape)] as const];
    });
    await session.run(Object.fromEntries(feeds));
    session.endProfiling();
  } finally {
    await session.release();
  }
}
