import { expect, test, vi } from 'vitest';
import type { SuiteEvent } from '@kindred/harness';
import { Progress } from './progress.ts';

type Of<K extends SuiteEvent['kind']> = Extract<SuiteEvent, { kind: K }>;

/** Progress reads names and outcomes of plans and records alone. */
const plan = (seed: number) =>
  ({
    trial: `ring.gan.plain.seed-${seed}`,
    dataset: 'ring',
    family: 'gan',
    variant: 'plain',
    seed,
    applicable: true,
  }) as Of<'trial-started'>['plan'];
const ok = { status: 'ok', failure: null } as Of<'trial-ended'>['record'];
const crashed = {
  status: 'failed',
  failure: { phase: 'train', reason: 'crash', message: 'exit code 3\nand more', step: 7 },
} as Of<'trial-ended'>['record'];

test('without a terminal: plain lines, one per trial that ends, with the time that is left', () => {
  let written = '';
  let now = 0;
  const progress = new Progress({ write: (text) => (written += text) }, 1, () => now);
  const plans = [plan(0), plan(1), plan(2)];
  progress.onEvent({ kind: 'planned', plans, kept: [] });
  for (const [i, record] of [ok, crashed, ok].entries()) {
    progress.onEvent({ kind: 'trial-started', plan: plans[i]! });
    now += 10;
    progress.onEvent({ kind: 'trial-ended', plan: plans[i]!, record, seconds: 10 });
  }
  progress.stop();
  expect(written).not.toContain('\u001B');
  expect(
    written
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' ').trim()),
  ).toEqual([
    '3 trials, 1 at once',
    '[1/3] ring.gan.plain.seed-0 ok, 10 s about 20 s left',
    '[2/3] ring.gan.plain.seed-1 failed in train (crash): exit code 3 about 10 s left',
    '[3/3] ring.gan.plain.seed-2 ok, 10 s',
  ]);
});

test('the engine is told, with what was passed over', () => {
  let written = '';
  const progress = new Progress({ write: (text) => (written += text) }, 1);
  const passedOver = [{ kind: 'tensorflow', reason: 'not built' }] as const;
  progress.engineOpened({ kind: 'onnx', device: 'webgpu', threads: 1, runtime: 'onnxruntime-node 1.2.3', passedOver });
  progress.stop();
  expect(written).toBe('engine onnx on webgpu, onnxruntime-node 1.2.3; not tensorflow: not built\n');
});

test('what is kept of an earlier run counts as done', () => {
  let written = '';
  const progress = new Progress({ write: (text) => (written += text) }, 2, () => 0);
  const kept = [{ ...ok, trial: plan(0).trial }];
  progress.onEvent({ kind: 'planned', plans: [plan(0), plan(1)], kept });
  progress.onEvent({ kind: 'trial-ended', plan: plan(1), record: ok, seconds: 1 });
  progress.stop();
  expect(written).toContain('2 trials, 2 at once; 1 done before');
  expect(written).toContain('[2/2]');
});

test('on a terminal the last line is rewritten, never wider than it, and gone in the end', () => {
  vi.useFakeTimers();
  try {
    let written = '';
    const progress = new Progress({ isTTY: true, columns: 30, write: (text) => (written += text) }, 1, () => 0);
    progress.onEvent({ kind: 'planned', plans: [plan(0)], kept: [] });
    progress.onEvent({ kind: 'trial-started', plan: plan(0) });
    vi.advanceTimersByTime(600);
    const status = written.split('\n').at(-1)!.split('\r\u001B[K').filter(Boolean);
    expect(status).toEqual(['0/1 | ring.gan.plain.seed-0 b', '0/1 | ring.gan.plain.seed-0 b']);
    progress.stop();
    expect(written.endsWith('\r\u001B[K')).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
