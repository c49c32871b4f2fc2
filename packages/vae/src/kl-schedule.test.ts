import { expect, it } from 'vitest';
import { klSchedule } from './kl-schedule.ts';

const at = (steps: readonly number[], config: Parameters<typeof klSchedule>[0]): number[] =>
  steps.map(klSchedule(config));

it('is constant without a warm-up', () => {
  expect(at([0, 1, 99, 500], { totalSteps: 100, weight: 4, warmUp: 0, cycles: 3 })).toEqual([4, 4, 4, 4]);
});

it('rises once with one cycle', () => {
  expect(at([0, 10, 20, 40, 99], { totalSteps: 100, weight: 2, warmUp: 0.4, cycles: 1 })).toEqual([0, 0.5, 1, 2, 2]);
});

it('starts anew with each cycle, and has the full weight behind the last one', () => {
  const config = { totalSteps: 80, weight: 1, warmUp: 0.5, cycles: 4 }; // cycles of 20 steps, 10 of them rising
  const expected = [0, 0.5, 1, 1, 0, 0.5, 1, 0, 1, 1, 1];
  expect(at([0, 5, 10, 19, 20, 25, 39, 60, 79, 80, 85], config)).toEqual(expected);
});
