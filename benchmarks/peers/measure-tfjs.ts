import { openEngine } from '@kindred/engine';
import { median } from '@kindred/metrics';
import { lossDifference, lossTolerance } from './agreement.ts';
import { timeUnits, type MeasureOptions } from './measure.ts';
import type { WorkResult } from './result.ts';
import type { Work } from './work.ts';

/** Does a training work's first step in plain TF.js too: once, for it takes minutes, and compares time and losses. */
export async function measureTfjs(
  work: Work,
  { engine, rounds, blockSeconds }: Pick<MeasureOptions, 'engine' | 'rounds' | 'blockSeconds'>,
): Promise<WorkResult> {
  const ours = await work.build().open(engine);
  const reference = await openEngine({ kind: 'cpu' });
  const theirs = await work.build().open(reference);
  try {
    const first = await ours.unit(0);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { units, taken } = await timeUnits(ours, 1, blockSeconds);
      times.push(taken / units);
    }
    const start = performance.now();
    const same = await theirs.unit(0);
    const peerMs = performance.now() - start;
    const oursMs = median(times);
    const maxLossDifference = lossDifference([first], [same]);
    const agrees = maxLossDifference <= lossTolerance;
    const estimate = oursMs / peerMs;
    return {
      work: work.name,
      kind: work.kind,
      about: work.about,
      against: 'tfjs',
      status: agrees ? 'ok' : 'failed',
      reason: agrees ? '' : `losses of the first step differ by ${maxLossDifference}`,
      oursMs,
      peerMs,
      ratio: { estimate, low: estimate, high: estimate, level: 0.95, degenerate: true },
      gflops: ours.flops === null ? null : ours.flops / oursMs / 1e6,
      maxLossDifference,
      agreement: null,
      agreementWithCached: null,
      rounds,
      units: 1,
    };
  } finally {
    await ours.dispose();
    await theirs.dispose();
    await reference.dispose();
  }
}
