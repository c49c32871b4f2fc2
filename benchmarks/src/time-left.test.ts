import { describe, expect, test } from 'vitest';
import { inWords, TimeLeft } from './time-left.ts';

const trial = (dataset: string, family: string, seed: number) => ({
  trial: `${dataset}.${family}.${seed}`,
  dataset,
  family,
  variant: 'plain',
});

describe('TimeLeft', () => {
  const trials = [trial('a', 'gan', 0), trial('a', 'gan', 1), trial('a', 'vae', 0), trial('b', 'gan', 0)];

  test('knows nothing at first', () => {
    expect(new TimeLeft(trials, 2).estimate(0)).toBeNull();
  });

  test('takes siblings, else the same data, else all, over the jobs', () => {
    const left = new TimeLeft(trials, 2);
    left.started('a.gan.0', 0);
    left.ended('a.gan.0', 10);
    // The sibling 10, the same data 10, other data 10.
    expect(left.estimate(10)).toBe(15);
    left.started('a.vae.0', 10);
    left.ended('a.vae.0', 30);
    // The sibling 10, and on other data the mean of what is known: 20.
    expect(left.estimate(40)).toBe(15);
  });

  test('a running trial counts with what is left of it, by its own progress where it has no sibling', () => {
    const left = new TimeLeft(trials.slice(0, 1), 1);
    left.started('a.gan.0', 100);
    left.progressed('a.gan.0', 0.25);
    expect(left.estimate(110)).toBe(30);
    left.progressed('a.gan.0', 0.01);
    expect(left.estimate(110)).toBeNull();
  });

  test('nothing is left when all have ended', () => {
    const left = new TimeLeft(trials.slice(0, 1), 4);
    left.ended('a.gan.0', 3);
    expect(left.estimate(3)).toBe(0);
  });
});

test('time in words', () => {
  expect([0.2, 45, 99.4, 100, 3599, 3900].map(inWords)).toEqual([
    '1 s',
    '45 s',
    '99 s',
    '2 min',
    '1 h 0 min',
    '1 h 5 min',
  ]);
});
