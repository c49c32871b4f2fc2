import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { batch, openEngine, program, type Engine } from '@kindred/engine';
import { Parameters, constant } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measure } from './measure.ts';
import { samplerWork } from './sampler-work.ts';
import { fakePeer } from './testing/fake-peer.ts';
import { trainingWork } from './training-work.ts';
import type { Work } from './work.ts';

let engine: Engine;
let folder = '';

beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx' });
  folder = await mkdtemp(join(tmpdir(), 'kindred-measure-'));
});

afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** A step adds 1 to w, after its loss w x: 2 x, 3 x, 4 x; x is 5, then 7, then 5 again. */
const counting = trainingWork('counting', 'counts', () => {
  const weights = new Parameters(new RandomStream('counting'));
  const w = weights.variable('w', [1], constant(2));
  const step = program('counting', { x: batch([1]) }, ({ x }) => {
    const loss = tf.sum(tf.mul(w, x));
    w.assign(tf.add(w, 1));
    return { loss };
  });
  return {
    weights,
    programs: [{ program: step, times: 1 }],
    data: { x: { shape: [2, 1], values: Float32Array.of(5, 7) } },
  };
});

/** z + 1 for z = 1, 2. */
const adding = samplerWork('adding', 'adds', () => ({
  weights: new Parameters(new RandomStream('adding')),
  program: program('adding', { z: batch([2]) }, ({ z }) => ({ samples: tf.add(z, 1) })),
  data: { z: { shape: [2], values: Float32Array.of(1, 2) } },
}));

/** Its values are always 0.5 and 0.25; it counts its evaluations. */
let evaluations = 0;
const halving: Work = {
  name: 'halving',
  kind: 'metric',
  about: 'halves',
  mostRounds: 2,
  build: () => ({
    arrays: {},
    open: async () => ({
      unit: async () => {
        evaluations++;
        return [0.5, 0.25];
      },
      flops: null,
      dispose: async () => {},
    }),
  }),
};

const options = (peer: ReturnType<typeof fakePeer> | null) => ({
  engine,
  peer,
  folder: join(folder, 'files'),
  rounds: 3,
  blockSeconds: 0.01,
});

/** Answers everything; `losses` of the checked steps. */
const trainingPeer = (losses: string) =>
  fakePeer(`return { units: { losses: ${losses} }, time: { units: 4, seconds: 2 } }[request.command] ?? {};`);

describe('measuring', () => {
  it('compares losses and times both sides in turns', async () => {
    const peer = trainingPeer('[[10], [21], [20]]');
    const result = await measure(counting, options(peer));
    peer.kill();
    expect(result).toMatchObject({ work: 'counting', status: 'ok', maxLossDifference: 0, peerMs: 500, rounds: 3 });
    expect(result.ratio?.estimate).toBeCloseTo((result.oursMs ?? 0) / 500, 10);
    expect(existsSync(join(folder, 'files'))).toBe(false);
  });

  it('fails a row whose losses differ, and gives the difference', async () => {
    const peer = trainingPeer('[[10], [21], [22]]');
    const result = await measure(counting, options(peer));
    peer.kill();
    expect(result.status).toBe('failed');
    expect(result.maxLossDifference).toBeCloseTo(2 / 22, 10);
    expect(result.reason).toContain('losses of the first 3 steps differ');
  });

  it('compares samples value by value', async () => {
    for (const [values, status] of [
      ['2, 3', 'ok'],
      ['2, 4', 'failed'],
    ] as const) {
      const peer = fakePeer(`
        if (request.command === 'draw')
          require('node:fs').writeFileSync(request.file, Buffer.from(Float32Array.of(${values}).buffer));
        return { units: 1, seconds: 1 };`);
      const result = await measure(adding, options(peer));
      peer.kill();
      expect(result.status).toBe(status);
    }
  });

  it('compares a metric’s values, and needs few rounds', async () => {
    for (const [values, status] of [
      ['[[0.5, 0.25002]]', 'ok'],
      ['[[0.5, 0.2501]]', 'failed'],
      ['[[0.5]]', 'failed'],
    ] as const) {
      evaluations = 0;
      const peer = trainingPeer(values);
      const result = await measure(halving, { ...options(peer), blockSeconds: 0 });
      peer.kill();
      expect(result).toMatchObject({ status, rounds: 2 });
      expect(evaluations).toBe(4); // checked, warmed up, and two rounds of one
      if (status === 'failed') expect(result.reason).toContain('values of the metric differ');
    }
  });

  it('reports a peer that breaks down', async () => {
    const peer = fakePeer("return request.command === 'open' ? { error: 'KeyError: counting' } : {};");
    const result = await measure(counting, options(peer));
    peer.kill();
    expect(result).toMatchObject({ status: 'failed', oursMs: null, ratio: null });
    expect(result.reason).toContain('KeyError: counting');
  });

  it('measures our side alone where there is no peer', async () => {
    const result = await measure(counting, options(null));
    expect(result).toMatchObject({ status: 'no-peer', peerMs: null, ratio: null, maxLossDifference: null });
    expect(result.oursMs).toBeGreaterThan(0);
  });
});
