import { resolveOptions } from '@kindred/model';
import type { TrialPlan } from '@kindred/harness';
import { describe, expect, it } from 'vitest';
import { families } from '../src/models.ts';
import { twinOf } from './which.ts';

function found(name: string, kind: 'image' | 'sequence' | 'points', changes: Partial<TrialPlan> = {}) {
  const [family = '', variant = ''] = name.split('/');
  const options = resolveOptions(families[family]!, variant, {});
  const budget = { unit: 'examples', amount: 100 };
  const plan = { family, variant, options, budget, batchSize: 10, batchesPerStep: 1, applicable: true, ...changes };
  return twinOf(plan as unknown as TrialPlan, { kind });
}

describe('twins', () => {
  it('are there for convolutional VAEs of bits and autoregressive models', () => {
    expect(found('vae/standard', 'image')).toBe('vae');
    expect(found('vae/convolutional', 'image')).toBe('vae');
    expect(found('autoregressive/standard', 'image')).toBe('made');
    for (const variant of ['made-orders', 'pixelcnn', 'gated-pixelcnn'])
      expect(found(`autoregressive/${variant}`, 'image')).toBe(variant);
    expect(found('autoregressive/gpt', 'sequence')).toBe('gpt');
  });

  it('are not for other data, options, families, or budgets of unknown steps', () => {
    for (const variant of ['iwae', 'dense', 'gaussian', 'discretised-logistic', 'conditional', 'denoising', 'vq'])
      expect(found(`vae/${variant}`, 'image')).toBeNull();
    expect(found('vae/standard', 'points')).toBeNull();
    expect(found('autoregressive/gpt', 'image')).toBeNull();
    expect(found('autoregressive/standard', 'points')).toBeNull();
    expect(found('gan/non-saturating', 'image')).toBeNull();
    expect(found('vae/standard', 'image', { budget: { unit: 'seconds', amount: 9 } })).toBeNull();
    expect(found('vae/standard', 'image', { applicable: false })).toBeNull();
  });
});
