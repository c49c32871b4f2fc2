import { stringify } from 'csv-stringify/sync';
import { exact } from '@kindred/report';
import { agrees, type TwinResult } from '../compare.ts';

/**
 * One row per trial. Negative log-likelihoods are means in nats per example; `difference` is (twin - ours) / ours on the test split; `check_...` are
 * the largest differences before training, as shares; `twin_train` is the mean training loss of the last part of the curve.
 */
export function twinsCsv(results: readonly TwinResult[]): string {
  const rows = results.map((result) => {
    const { suite, dataset, model, seed, steps, ours, line, difference, reason } = result;
    const agreed = agrees(result);
    return {
      suite,
      dataset,
      model,
      seed: exact(seed),
      steps: exact(steps),
      ours: exact(ours?.test ?? null),
      twin: exact(line?.test?.nats ?? null),
      difference: exact(difference),
      within: agreed === null ? '' : agreed ? 'yes' : 'no',
      ours_validation: exact(ours?.validation ?? null),
      twin_validation: exact(line?.validation?.nats ?? null),
      twin_train: exact(line?.curve?.at(-1) ?? null),
      check_before: exact(line?.check?.before ?? null),
      check_losses: exact(line?.check?.losses ?? null),
      check_after: exact(line?.check?.after ?? null),
      twin_seconds: exact(line?.seconds ?? null),
      torch: line?.torch ?? '',
      device: line?.device ?? '',
      ours_from: ours?.source ?? '',
      reason,
    };
  });
  return stringify(rows, { header: true, columns: [...columns] });
}

const columns = [
  'suite',
  'dataset',
  'model',
  'seed',
  'steps',
  'ours',
  'twin',
  'difference',
  'within',
  'ours_validation',
  'twin_validation',
  'twin_train',
  'check_before',
  'check_losses',
  'check_after',
  'twin_seconds',
  'torch',
  'device',
  'ours_from',
  'reason',
] as const;
