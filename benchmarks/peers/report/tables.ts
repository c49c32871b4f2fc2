import type { OperatorCost } from '@kindred/engine';
import { code, counted, duration, escaped, percent, significant, table } from '@kindred/report';
import type { PeerRun } from '../peer-run.ts';
import type { WorkResult } from '../result.ts';
import type { WorkKind } from '../work.ts';
import { cachedByNaive, goalsOf } from './goals.ts';

const nothing = '–';
const time = (milliseconds: number | null): string => (milliseconds === null ? nothing : duration(milliseconds / 1000));

/** A share that is almost all of it does not look like all of it. */
const almost = (share: number | null): string =>
  share === null ? nothing : share === 1 ? '100 %' : `${(Math.floor(share * 1e4) / 100).toFixed(2)} %`;

/** Each goal with what was reached. */
export function goalsTable(results: readonly WorkResult[]): string {
  return table(
    [
      { title: 'Goal' },
      { title: 'At most', align: 'right' },
      { title: 'Reached', align: 'right' },
      { title: 'Row' },
      { title: 'Met' },
    ],
    goalsOf(results).map(({ goal, limit, value, of, met }) => [
      goal,
      String(limit),
      value === null ? nothing : significant(value),
      of,
      met === null ? 'not measured' : met ? 'yes' : '**no**',
    ]),
  );
}

const agreementTitle: Readonly<Record<WorkKind, string>> = {
  train: 'Losses differ by',
  sample: 'Values agree',
  metric: 'Values differ by',
  ceiling: 'Values agree',
};

/** The rows of one kind. */
export function resultsTable({ results, peak }: PeerRun, kind: WorkResult['kind']): string {
  return table(
    [
      { title: 'Work' },
      { title: 'What' },
      { title: 'Ours', align: 'right' },
      { title: 'Peer', align: 'right' },
      { title: 'Ratio', align: 'right' },
      { title: 'GFLOP/s', align: 'right' },
      { title: 'Of peak', align: 'right' },
      { title: agreementTitle[kind], align: 'right' },
      { title: 'Status' },
    ],
    results
      .filter((result) => result.kind === kind)
      .map((result) => [
        code(result.work),
        escaped(result.about),
        time(result.oursMs),
        time(result.peerMs),
        ratioOf(result),
        result.gflops === null ? nothing : significant(result.gflops),
        result.gflops === null || peak === null ? nothing : percent(result.gflops / peak),
        agreementOf(result),
        result.status,
      ]),
  );
}

/** The ratio with its interval; of plain TF.js, how many times faster we are. */
function ratioOf({ ratio, against }: WorkResult): string {
  if (!ratio) return nothing;
  if (against === 'tfjs') return `${significant(1 / ratio.estimate)} times faster`;
  const value = `**${ratio.estimate.toFixed(2)}**`;
  return ratio.degenerate ? value : `${value} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`;
}

function agreementOf({ kind, maxLossDifference, agreement }: WorkResult): string {
  if (kind === 'train' || kind === 'metric')
    return maxLossDifference === null ? nothing : maxLossDifference.toExponential(1);
  return almost(agreement);
}

/** Our cached samplers against our naive ones. */
export function cachedTable(results: readonly WorkResult[]): string {
  return table(
    [
      { title: 'Our cached by our naive' },
      { title: 'Ratio', align: 'right' },
      { title: 'Same samples', align: 'right' },
    ],
    cachedByNaive(results).map(({ work, value }) => {
      const same = results.find((result) => result.work === `${work}-naive`)?.agreementWithCached ?? null;
      return [code(work), significant(value), almost(same)];
    }),
  );
}

/** Operators that take at least this share of a step stand in their own row. */
const leastShare = 0.01;

/** Where a step's time goes, dearest operator first. */
export function profileTable(costs: readonly OperatorCost[]): string {
  const total = costs.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const shown = costs.filter(({ milliseconds }) => milliseconds >= leastShare * total);
  const rest = costs.filter((cost) => !shown.includes(cost));
  const others: OperatorCost = {
    operator: counted(rest.length, 'other'),
    nodes: rest.reduce((sum, { nodes }) => sum + nodes, 0),
    milliseconds: rest.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    flops: rest.reduce((sum, { flops }) => sum + flops, 0),
  };
  return table(
    [
      { title: 'Operator' },
      { title: 'Nodes', align: 'right' },
      { title: 'Time', align: 'right' },
      { title: 'Share', align: 'right' },
      { title: 'GFLOP/s', align: 'right' },
    ],
    [...shown, ...(rest.length === 0 ? [] : [others])].map(({ operator, nodes, milliseconds, flops }) => [
      operator,
      String(nodes),
      time(milliseconds),
      percent(milliseconds / total),
      flops === 0 ? nothing : significant(flops / milliseconds / 1e6),
    ]),
  );
}
