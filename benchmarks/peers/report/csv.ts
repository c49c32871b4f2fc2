import { stringify } from 'csv-stringify/sync';
import { exact } from '@kindred/report';
import type { PeerRun } from '../peer-run.ts';

/**
 * One row per work. Times are medians over the rounds, of one step, one whole draw or one evaluation, in milliseconds; `ratio` is ours by the
 * peer's with its 95 % interval; `share_of_peak` is our GFLOP/s by those of our sgemm; `max_loss_difference` is relative.
 */
export function peersCsv({ results, peak }: PeerRun): string {
  const rows = results.map((result) => ({
    work: result.work,
    kind: result.kind,
    peer: result.against,
    ours_ms: exact(result.oursMs),
    peer_ms: exact(result.peerMs),
    ratio: exact(result.ratio?.estimate ?? null),
    ratio_low: exact(result.ratio?.low ?? null),
    ratio_high: exact(result.ratio?.high ?? null),
    gflops: exact(result.gflops),
    share_of_peak: exact(result.gflops === null || peak === null ? null : result.gflops / peak),
    max_loss_difference: exact(result.maxLossDifference),
    agreement: exact(result.agreement),
    agreement_with_cached: exact(result.agreementWithCached),
    rounds: exact(result.rounds),
    units: exact(result.units),
    status: result.status,
    reason: result.reason,
  }));
  return stringify(rows, { header: true, columns: [...columns] });
}

const columns = [
  'work',
  'kind',
  'peer',
  'ours_ms',
  'peer_ms',
  'ratio',
  'ratio_low',
  'ratio_high',
  'gflops',
  'share_of_peak',
  'max_loss_difference',
  'agreement',
  'agreement_with_cached',
  'rounds',
  'units',
  'status',
  'reason',
] as const;
