import type { TrialPlan } from '@kindred/harness';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { agrees, compare, summarise, type TwinResult } from './compare.ts';
import { twinsCsv } from './report/csv.ts';
import { resultLine } from './report/lines.ts';
import { twinsReadme } from './report/readme.ts';
import type { TwinLine } from './twin-lines.ts';

const planOf = (seed: number): TrialPlan =>
  ({
    suite: 'tiny',
    trial: `mnist.vae.standard.seed-${seed}`,
    dataset: 'mnist',
    family: 'vae',
    variant: 'standard',
    seed,
    budget: { unit: 'examples', amount: 100 },
    batchSize: 10,
    batchesPerStep: 1,
  }) as unknown as TrialPlan;
const oursOf = (test: number) => ({ test, validation: test + 1, source: 'report tiny' });
const check = { before: 1e-6, losses: 2e-6, after: 3e-6, passed: true };
const lineOf = (nats: number): TwinLine => ({
  work: 'tiny.x',
  torch: '2.11.0',
  device: 'cpu',
  check,
  seconds: 12,
  curve: [3, 2],
  validation: { nats: nats + 1, count: 20 },
  test: { nats, count: 20 },
});
const results: readonly TwinResult[] = [
  compare(planOf(0), oursOf(100), lineOf(100.5)),
  compare(planOf(1), oursOf(100), lineOf(101.5)),
  compare(planOf(2), null, { work: 'tiny.y', error: 'Traceback\n  at\nValueError: no /home/me/x.bin\n' }),
];

describe('a comparison', () => {
  it('is of the test split, relative to ours, and within 1 % or not', () => {
    expect(results.map(({ difference }) => difference)).toEqual([
      expect.closeTo(0.005, 12),
      expect.closeTo(0.015, 12),
      null,
    ]);
    expect(results.map(agrees)).toEqual([true, false, null]);
    expect(agrees(compare(planOf(0), oursOf(100), lineOf(98.5)))).toBe(false); // better is different too
    expect(results[0]?.steps).toBe(10);
  });

  it('says why there is none', () => {
    const reason = (...sides: [ReturnType<typeof oursOf> | null, TwinLine | null]) =>
      compare(planOf(0), ...sides).reason;
    expect(reason(null, null)).toBe('train.py said nothing of tiny.mnist.vae.standard.seed-0');
    expect(results[2]?.reason).toBe('ValueError: no /home/me/x.bin');
    expect(reason(null, { work: 'a', check: { ...check, passed: false } })).toMatch(/differ, so it was not trained/);
    expect(reason(null, { work: 'a', check })).toBe('checked, not trained');
    expect(reason(null, lineOf(1))).toBe('ours is missing');
    expect(reason(oursOf(1), { ...lineOf(1), steps: 9 })).toBe(
      'the twin is of 9 steps, the trial of 10; export it again',
    );
    expect(reason(oursOf(1), { ...lineOf(1), steps: 10 })).toBe('');
  });

  it('is summarised over the seeds that have both sides', () => {
    const [summary, ...others] = summarise(results);
    expect(others).toEqual([]);
    expect(summary).toMatchObject({ model: 'vae/standard', seeds: 2, ours: 100, twin: 101 });
    expect(summary?.difference).toBeCloseTo(0.01, 12);
    expect(summary?.sd).toBeCloseTo(Math.SQRT1_2 * 0.01, 12);
    expect(summarise(results.slice(0, 1))[0]?.sd).toBeNull();
  });
});

describe('the report', () => {
  it('has a row per trial in full precision', () => {
    const rows = parse(twinsCsv(results), { columns: true }) as Record<string, string>[];
    expect(rows[0]).toMatchObject({
      ours: '100',
      twin: '100.5',
      within: 'yes',
      twin_train: '2',
      check_after: '0.000003',
    });
    expect(rows[1]).toMatchObject({ difference: '0.015', within: 'no', torch: '2.11.0', ours_from: 'report tiny' });
    expect(rows[2]).toMatchObject({ twin: '', within: '', reason: 'ValueError: no /home/me/x.bin' });
  });

  it('shows models, trials and what failed, without folders of this machine', () => {
    const run = {
      command: 'pnpm bench twins tiny',
      startedAt: 'then',
      seconds: 61,
      results,
      engine: { kind: 'onnx' },
      versions: { node: '20' },
    } as const;
    const text = twinsReadme(run);
    expect(text).toContain('| tiny | mnist | `vae/standard` | 2 | 100.00 | 101.00 | +1.00 % | 0.71 % | yes |');
    expect(text).toContain('| +1.50 % | **no** | 1.0e-6, 2.0e-6, 3.0e-6 | 12 s |');
    expect(text).toMatch(/## Not compared\n\n- tiny, mnist, vae\/standard, seed 2: ValueError: no …\/x.bin/);
    expect(text).toContain('PyTorch 2.11.0, on cpu');
    expect(twinsReadme({ ...run, results: results.slice(0, 2) })).not.toContain('Not compared');
  });

  it('has a line per trial for the terminal', () => {
    expect(results.map(resultLine)).toEqual([
      'tiny mnist vae/standard seed 0: ours 100.000  twin 100.500 nats  0.50 %',
      'tiny mnist vae/standard seed 1: ours 100.000  twin 101.500 nats  1.50 %  more than 1 %',
      'tiny mnist vae/standard seed 2: ValueError: no /home/me/x.bin',
    ]);
  });
});
