import { ProblemsError } from '@kindred/harness';
import { describe, expect, it } from 'vitest';
import { families } from '../src/models.ts';
import { understandTwins, type RawTwinOptions } from './settings.ts';
import { tinySuite } from './testing/tiny-suite.ts';

const other = { ...tinySuite, name: 'other' };
const known = { suites: [tinySuite, other], families, datasets: ['mnist', 'text'], root: '/root' };
const ask = (raw: RawTwinOptions, names = 'tiny') => understandTwins(names, raw, known);

describe('the command line of twins', () => {
  it('takes suites, narrows them, and puts the report beside the others', () => {
    const settings = ask({ models: 'vae', seeds: '2', torchDevice: 'cuda', threads: '2' }, 'tiny, other');
    expect(settings.suites.map(({ name }) => name)).toEqual(['tiny', 'other']);
    expect(settings.suites.map(({ models }) => models.length)).toEqual([1, 1]);
    expect(settings).toMatchObject({ out: '/root/reports/twins', reports: '/root/reports', torchDevice: 'cuda' });
    expect(settings).toMatchObject({ threads: 2, exportTo: null, trained: null });
    expect(settings.command).toBe('pnpm bench twins tiny,other --models vae --seeds 2 --torch-device cuda --threads 2');
  });

  it('lists what is wrong', () => {
    const problemsOf = (work: () => unknown): readonly string[] => {
      try {
        work();
      } catch (error) {
        if (error instanceof ProblemsError) return error.problems;
      }
      return [];
    };
    const wrong = problemsOf(() => ask({ threads: '0', torchDevice: 'tpu', out: '', export: 'a', trained: 'b' }));
    expect(wrong.join('\n')).toMatch(/--out expects a path[^]*expects cpu or cuda, got tpu[^]*--threads[^]*do not go/);
    expect(problemsOf(() => ask({}, 'nope')).join()).toMatch(/nope/);
    expect(problemsOf(() => ask({}, '')).length).toBeGreaterThan(0);
  });
});
