import * as tf from '@tensorflow/tfjs-core';
import { position, program, uniform, type Program } from '@kindred/engine';
import type { Sampler } from '@kindred/model';
import type { Parameters } from '@kindred/nn';
import type { RowSamplerConfig } from '../images/pixel-rows.ts';
import { localView, moveView, nextLogit, resetView, type LocalView } from './local-context.ts';
import type { MadeNetwork } from './made-network.ts';
import { localDirectIndices, localOutputIndices, localUnitIndices, rowPlan, type RowPlan } from './row-plan.ts';

/** What is carried from row to row, and the kernels cut by rows, which the reset writes. */
interface Caches {
  readonly units: tf.Variable; // [count, hidden]: hidden units before ReLU, from the rows so far
  readonly logits: tf.Variable; // [count, rows, width]: logits from the pixels so far, without the units' part
  readonly unitRows: tf.Variable; // [rows, width, hidden]
  readonly outputRows: tf.Variable; // [rows, hidden, width]: of complete units
  readonly directRows: tf.Variable; // [rows, width, pixels]
  readonly localUnits: tf.Variable; // [rows, width, places]
  readonly localOutputs: tf.Variable; // [rows, places, width]
  readonly localDirect: tf.Variable; // [rows, width, width]
  readonly view: LocalView | null; // of the local context, where the network has one
}

/**
 * Draws images pixel by pixel, a row per step. What the rows so far add to hidden units and logits is cached, so a step is three
 * products with a row's share of the kernels; within the row a pixel moves only the few units that its row completes.
 * A local context needs the last three rows.
 * An image costs about one forward pass, instead of one per pixel.
 */
export function madeSampler(network: MadeNetwork, state: Parameters, config: RowSamplerConfig): Sampler {
  const { count, rows, width } = config;
  const plan = rowPlan(rows, width, network.degrees);
  const { hidden, places } = plan;
  const caches: Caches = {
    units: state.state('units', [count, hidden]),
    logits: state.state('logits', [count, rows, width]),
    unitRows: state.state('unit-rows', [rows, width, hidden]),
    outputRows: state.state('output-rows', [rows, hidden, width]),
    directRows: state.state('direct-rows', [rows, width, rows * width]),
    localUnits: state.state('local-units', [rows, width, places]),
    localOutputs: state.state('local-outputs', [rows, places, width]),
    localDirect: state.state('local-direct', [rows, width, width]),
    view: network.local && localView(state, count, width),
  };
  return {
    kind: 'sequential',
    steps: rows,
    reset: resetProgram(network, plan, caches, count),
    step: stepProgram(network, plan, caches, config),
    state: state.all,
  };
}

function resetProgram(network: MadeNetwork, plan: RowPlan, caches: Caches, count: number): Program {
  const { rows, width, hidden, places } = plan;
  const pixels = rows * width;
  const pick = (kernel: tf.Tensor, indices: Int32Array, shape: [number, number, number]): tf.Tensor =>
    tf.reshape(tf.gather(tf.reshape(kernel, [-1]), tf.tensor1d(indices, 'int32')), shape);

  return program('made: reset', {}, () => {
    const kernels = network.kernels();
    const complete = tf.mul(kernels.outputs, tf.tensor2d(plan.complete, [hidden, pixels]));
    const taken = tf.tensor3d(plan.taken, [rows, places, 1]);
    caches.units.assign(tf.tile(tf.expandDims(kernels.unitBias, 0), [count, 1]));
    caches.logits.assign(tf.tile(tf.reshape(kernels.logitBias, [1, rows, width]), [count, 1, 1]));
    caches.unitRows.assign(tf.reshape(kernels.units, [rows, width, hidden]));
    caches.outputRows.assign(tf.transpose(tf.reshape(complete, [hidden, rows, width]), [1, 0, 2]));
    caches.directRows.assign(tf.reshape(kernels.direct, [rows, width, pixels]));
    caches.localUnits.assign(pick(kernels.units, localUnitIndices(plan), [rows, width, places]));
    // An empty place has no weight to any pixel, so what its unit is does not matter.
    caches.localOutputs.assign(tf.mul(pick(kernels.outputs, localOutputIndices(plan), [rows, places, width]), taken));
    caches.localDirect.assign(pick(kernels.direct, localDirectIndices(plan), [rows, width, width]));
    if (caches.view) resetView(caches.view);
    return {};
  });
}

function stepProgram(
  { local: context }: MadeNetwork,
  plan: RowPlan,
  caches: Caches,
  { count, emission }: RowSamplerConfig,
): Program {
  const { rows, width } = plan;
  const { view } = caches;
  const column = (x: tf.Tensor, index: number): tf.Tensor => tf.slice(x, [0, index], [-1, 1]);
  const line = (x: tf.Tensor, index: number): tf.Tensor => tf.slice(x, [index, 0], [1, -1]);

  return program('made: step', { at: position(), u: uniform([count, width]) }, ({ at, u }) => {
    const row = tf.reshape(at, [1]);
    const ofRow = (rows: tf.Tensor): tf.Tensor => tf.squeeze(tf.gather(rows, row), [0]);
    const localUnits = ofRow(caches.localUnits);
    const localOutputs = ofRow(caches.localOutputs);
    const localDirect = ofRow(caches.localDirect);
    const places = ofRow(tf.tensor2d(plan.units, [rows, plan.places], 'int32'));
    let local = tf.gather(caches.units, places, 1); // [count, places]
    let logits = tf.add(
      tf.squeeze(tf.gather(caches.logits, row, 1), [1]),
      tf.matMul(tf.relu(caches.units), ofRow(caches.outputRows)),
    ); // [count, width]
    const pixels: tf.Tensor[] = [];
    const probabilities: tf.Tensor[] = [];
    for (let index = 0; index < width; index++) {
      const fromLocal = tf.matMul(tf.relu(local), column(localOutputs, index)); // [count, 1]
      const fromMade = tf.add(column(logits, index), fromLocal);
      const probability = tf.sigmoid(context && view ? tf.add(fromMade, nextLogit(context, view, pixels)) : fromMade);
      const pixel = tf.cast(tf.less(column(u, index), probability), 'float32'); // [count, 1]
      local = tf.add(local, tf.mul(pixel, line(localUnits, index)));
      logits = tf.add(logits, tf.mul(pixel, line(localDirect, index)));
      pixels.push(pixel);
      probabilities.push(probability);
    }
    const drawn = tf.concat(pixels, 1); // [count, width]
    if (view) moveView(view, drawn);
    caches.units.assign(tf.add(caches.units, tf.matMul(drawn, ofRow(caches.unitRows))));
    const direct = tf.matMul(drawn, ofRow(caches.directRows)); // [count, pixels]
    caches.logits.assign(tf.add(caches.logits, tf.reshape(direct, [count, rows, width])));
    return { value: emission === 'probability' ? tf.concat(probabilities, 1) : drawn };
  });
}
