import { describe, expect, test } from 'vitest';
import { NotFiniteError, type Trainer } from '@kindred/model';
import { Training } from './train.ts';
import { isTrialMessage, TrialProgress, type TrialMessage } from './trial-progress.ts';

/** A trainer whose loss at step t is t, and infinite at the step `last`. */
function counter(last = Number.POSITIVE_INFINITY): Trainer {
  let steps = 0;
  const advance = async (count: number) => {
    const done: { loss: number }[] = [];
    for (; done.length < count; steps++) {
      if (steps === last) throw new NotFiniteError('loss', Number.POSITIVE_INFINITY, steps, done);
      done.push({ loss: steps });
    }
    return done;
  };
  return {
    get steps() {
      return steps;
    },
    flopsPerStep: null,
    step: async () => (await advance(1))[0]!,
    advance,
    dispose: async () => {},
  };
}

async function run(amount: number, batchSize: number, trainer = counter()) {
  const told: TrialMessage[] = [];
  const progress = new TrialProgress((message) => isTrialMessage(message) && told.push(message));
  const budget = { unit: 'examples', amount } as const;
  const outcome = await new Training(trainer, { budget, batchSize, batchesPerStep: 1 }, progress)
    .to(1, 1)
    .catch((error: unknown) => error);
  return { progress, told, outcome };
}

describe('train', () => {
  test.each([
    [1000, 10, 100],
    [1001, 10, 101],
    [5, 10, 1],
    [100_000, 10, 10_000],
  ])('a budget of %d examples in batches of %d is %d steps', async (amount, batchSize, steps) => {
    const { progress } = await run(amount, batchSize);
    expect(progress).toMatchObject({ step: steps, examples: steps * batchSize, fraction: 1 });
    expect(progress.curve.length).toBe(Math.min(steps, 80));
    expect(progress.curve.at(-1)).toMatchObject({ step: steps, examples: steps * batchSize });
  });

  test('each point of the curve is the mean of the losses since the one before', async () => {
    const { progress } = await run(10_000, 10);
    let before = 0;
    for (const { step, losses } of progress.curve) {
      // The losses of steps before ... step - 1 are these numbers themselves.
      expect(losses).toEqual({ loss: (before + step - 1) / 2 });
      before = step;
    }
    expect(before).toBe(1000);
  });

  test('what was told adds up to the curve, also when training fails', async () => {
    const { progress, told, outcome } = await run(1000, 1, counter(507));
    expect(outcome).toMatchObject({ name: 'NotFiniteError', step: 507 });
    expect(progress.step).toBe(507);
    expect(told.flatMap(({ points }) => points)).toEqual(progress.curve);
    expect(progress.curve.at(-1)?.step).toBe(500);
  });

  test('a budget in seconds is spent', async () => {
    const progress = new TrialProgress(() => {});
    const plan = { budget: { unit: 'seconds', amount: 0.05 }, batchSize: 2, batchesPerStep: 3 } as const;
    await progress.during('train', () => new Training(counter(), plan, progress).to(1, 1));
    expect(progress.seconds.train).toBeGreaterThanOrEqual(0.05);
    expect(progress.fraction).toBe(1);
    expect(progress.examples).toBe(6 * progress.step);
  });
});

describe('a budget in parts', () => {
  test('ends each part at its share of the steps, and gives the curve of an unbroken run', async () => {
    const plan = { budget: { unit: 'examples', amount: 1000 }, batchSize: 2, batchesPerStep: 5 } as const;
    const [whole, broken] = [new TrialProgress(() => {}), new TrialProgress(() => {})];
    await new Training(counter(), plan, whole).to(1, 1);
    const training = new Training(counter(), plan, broken);
    const ends: number[] = [];
    for (let part = 1; part <= 7; part++) {
      await training.to(part, 7);
      ends.push(broken.step);
    }
    expect(ends).toEqual([15, 29, 43, 58, 72, 86, 100]);
    expect(broken.curve).toEqual(whole.curve);
    expect(broken.examples).toBe(1000);
  });

  test('counts no time between its parts', async () => {
    const progress = new TrialProgress(() => {});
    const plan = { budget: { unit: 'seconds', amount: 0.3 }, batchSize: 2, batchesPerStep: 1 } as const;
    const training = new Training(counter(), plan, progress);
    await progress.during('train', () => training.to(1, 2));
    expect(progress.fraction).toBeGreaterThanOrEqual(0.5);
    await new Promise((resolve) => setTimeout(resolve, 350)); // longer than the whole budget
    const before = progress.step;
    await progress.during('train', () => training.to(2, 2));
    expect(progress.step).toBeGreaterThan(before);
    expect(progress.fraction).toBe(1);
    expect(progress.seconds.train).toBeGreaterThanOrEqual(0.3);
  });
});
