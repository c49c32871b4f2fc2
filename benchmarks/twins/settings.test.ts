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

  it('asks each of several suites for the models that it has; a single one may be joined by others', () => {
    const text = {
      ...tinySuite,
      name: 'text',
      models: [{ ...tinySuite.models[0]!, variant: 'gpt', family: 'autoregressive' }],
    };
    const both = { ...known, suites: [tinySuite, text] };
    const modelsOf = (names: string, models: string) =>
      understandTwins(names, { models }, both).suites.map((suite) =>
        [suite.name, suite.models.map(({ variant }) => variant)].flat(),
      );
    expect(modelsOf('tiny,text', 'vae,autoregressive/gpt')).toEqual([
      ['tiny', 'standard', 'gpt'],
      ['text', 'gpt'],
    ]);
    expect(modelsOf('tiny,text', 'vae')).toEqual([['tiny', 'standard']]);
    expect(modelsOf('text', 'vae')).toEqual([['text', 'standard']]);
    expect(() => modelsOf('tiny,text', 'gan/minimax')).toThrow('--models: none of tiny,text has gan/minimax');
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
