import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { blasOf } from '../blas.ts';
import type { PeerRun } from '../peer-run.ts';
import type { WorkResult } from '../result.ts';
import { peersCsv } from './csv.ts';
import { goalsOf } from './goals.ts';
import { resultLine } from './lines.ts';
import { peersReadme, peerPeak } from './readme.ts';

const interval = (estimate: number) => ({
  estimate,
  low: estimate - 0.1,
  high: estimate + 0.1,
  level: 0.95,
  degenerate: false,
});

const row = (work: string, kind: WorkResult['kind'], ratio: number, more: Partial<WorkResult> = {}): WorkResult => ({
  work,
  kind,
  about: `about ${work}`,
  against: 'torch',
  status: 'ok',
  reason: '',
  oursMs: 100 * ratio,
  peerMs: 100,
  ratio: interval(ratio),
  gflops: 40,
  maxLossDifference: kind === 'train' ? 2.5e-6 : null,
  agreement: kind === 'train' ? null : 1,
  agreementWithCached: null,
  rounds: 7,
  units: 1,
  ...more,
});

const results: readonly WorkResult[] = [
  row('sgemm', 'ceiling', 0.5, { gflops: 80 }),
  row('a-train', 'train', 0.5),
  row('b-train', 'train', 0.72),
  row('c-train', 'train', 9, { status: 'failed', reason: 'losses | differ in /home/someone/x.py' }),
  row('d-sample-naive', 'sample', 0.4, { oursMs: 1000, agreementWithCached: 0.9999, units: 784 }),
  row('d-sample-cached', 'sample', 0.6, { oursMs: 30 }),
  row('prdc', 'metric', 0.8, { gflops: null, agreement: null, maxLossDifference: 3e-8 }),
  row('frechet-2048', 'metric', 2, { gflops: null, agreement: null, maxLossDifference: 1e-12 }),
  row('tfjs-cpu', 'train', 0.001, { against: 'tfjs' }),
];

const run: PeerRun = {
  command: 'pnpm bench peers',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 90,
  results,
  profiles: {
    'a-train': [
      { operator: 'Conv', nodes: 3, milliseconds: 75, flops: 3e9 },
      { operator: 'Add', nodes: 2, milliseconds: 24.5, flops: 0 },
      { operator: 'Shape', nodes: 9, milliseconds: 0.5, flops: 0 },
    ],
  },
  peak: 80,
  peer: {
    torch: '1.13.0',
    python: '3.11.2',
    threads: 1,
    libraries: ['libopenblasp-r0.3.21.so'],
    mkl: false,
    coreType: null,
  },
  python: {
    python: '/usr/bin/python3',
    tried: [
      { python: '/home/someone/python3', reason: 'no torch' },
      { python: '/usr/bin/python3', reason: null },
    ],
  },
  engine: { kind: 'onnx', device: 'cpu', threads: 1, runtime: 'onnxruntime-node 1', passedOver: [] },
  versions: { node: '20' },
};

describe('goals', () => {
  it('are judged on good rows against PyTorch', () => {
    expect(goalsOf(results).map(({ value, of, met }) => [value && Number(value.toFixed(6)), of, met])).toEqual([
      [0.6, '2 rows', true], // sqrt(0.5 * 0.72)
      [0.72, 'b-train', true],
      [0.6, 'd-sample-cached', false],
      [0.8, 'prdc', true], // the Fréchet distance is no metric in blocks
      [0.03, 'd-sample', true],
    ]);
  });

  it('are open where nothing was measured', () => {
    for (const { value, met } of goalsOf([])) expect([value, met]).toEqual([null, null]);
  });
});

describe('peers.csv', () => {
  const rows = parse<Record<string, string>>(peersCsv(run), { columns: true });

  it('has a row for each work, with everything that was measured', () => {
    expect(rows.map(({ work }) => work)).toEqual(results.map(({ work }) => work));
    expect(rows[1]).toMatchObject({
      kind: 'train',
      peer: 'torch',
      ours_ms: '50',
      peer_ms: '100',
      ratio: '0.5',
      ratio_low: '0.4',
      ratio_high: '0.6',
      gflops: '40',
      share_of_peak: '0.5',
      max_loss_difference: '0.0000025',
      agreement: '',
      status: 'ok',
    });
    expect(rows[3]).toMatchObject({ status: 'failed', reason: 'losses | differ in /home/someone/x.py' });
  });

  it('leaves the columns of a missing peer empty', () => {
    const alone = row('a-train', 'train', 1, { status: 'no-peer', peerMs: null, ratio: null, maxLossDifference: null });
    const [only] = parse<Record<string, string>>(peersCsv({ ...run, results: [alone], peak: null }), { columns: true });
    expect(only).toMatchObject({ peer_ms: '', ratio: '', ratio_low: '', share_of_peak: '', status: 'no-peer' });
  });
});

describe('README.md', () => {
  const text = peersReadme(run);

  it('shows goals, rows, profiles and how to repeat', () => {
    for (const part of [
      '| Training, geometric mean of the ratios | 0.67 | 0.600 | 2 rows | yes |',
      '| Sampling, largest ratio | 0.5 | 0.600 | d-sample-cached | **no** |',
      '**0.72** [0.62, 0.82]',
      '| `d-sample` | 0.0300 | 99.99 % |',
      '1,000 times faster',
      '| Conv | 3 | 75 ms | 75 % | 40 |',
      '| 1 other | 9 |',
      'OpenBLAS (libopenblasp-r0.3.21.so)',
      'pnpm bench peers',
    ])
      expect(text).toContain(part);
  });

  it('names failures, and no folder of the machine', () => {
    expect(text).toContain('`c-train`: losses \\| differ in …/x.py');
    expect(text).not.toContain('/home/');
    expect(text).not.toContain('/usr/');
  });

  it('says what to install where there is no PyTorch', () => {
    const without = peersReadme({ ...run, peer: null, python: { python: null, tried: [] } });
    expect(without).toContain('python3-torch and libopenblas0-pthread');
  });
});

describe('the BLAS of the peer', () => {
  const peer = { torch: '1', python: '3', threads: 1, mkl: false, coreType: null };

  it('is named, with a warning where it is the reference or as slow', () => {
    expect(blasOf({ ...peer, libraries: ['libblas.so.3', 'libopenblasp-r0.so'] }, 90)).toEqual({
      name: 'OpenBLAS (libopenblasp-r0.so)',
      warning: null,
    });
    expect(blasOf({ ...peer, libraries: ['libopenblas.so'], coreType: 'Haswell' }, 90).name).toBe(
      'OpenBLAS (libopenblas.so, kernels for Haswell)',
    );
    expect(blasOf({ ...peer, libraries: ['libblas.so.3.11.0'] }, null).warning).toContain('libopenblas0-pthread');
    expect(blasOf({ ...peer, libraries: [] }, 3.2).warning).toContain('3.2 GFLOP/s');
    expect(blasOf({ ...peer, libraries: [], mkl: true }, 90)).toEqual({ name: 'MKL', warning: null });
  });

  it('is judged by its own sgemm', () => {
    expect(peerPeak(run)).toBeCloseTo(40, 10); // ours takes 50 ms at 80 GFLOP/s, the peer 100 ms
  });
});

describe('metrics', () => {
  it('stand in a section of their own, with the difference of their values', () => {
    const section = peersReadme(run).split('## Metrics')[1]?.split('## ')[0];
    expect(section).toContain('| Values differ by |');
    expect(section).toMatch(/`prdc`.*\*\*0\.80\*\*.*3\.0e-8/);
    expect(resultLine(results.find(({ work }) => work === 'prdc')!)).toContain('values differ by 3.0e-8');
  });
});

describe('a line for the terminal', () => {
  it('has the ratio and the reason of a failure', () => {
    expect(resultLine(results[1]!)).toContain('ratio 0.500 [0.400, 0.600]');
    expect(resultLine(results[3]!)).toContain('\n  losses | differ');
  });
});
