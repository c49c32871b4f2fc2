import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { TrialPlan } from '@kindred/harness';

/** Mean negative log-likelihoods of a trial of ours, nats per example. */
export interface OurNats {
  readonly validation: number;
  readonly test: number;
  /** Where they come from: the name of a report, or `trained` by the command itself. */
  readonly source: string;
}

/** A negative log-likelihood among the rows of a report or of a record. */
export interface NatsRow {
  readonly metric: string;
  readonly split: string;
  readonly value: number;
  readonly samples: number;
}

/** The likelihoods among a trial's rows; null where there are none, or they are of another number of test examples. */
export function natsOf(rows: readonly NatsRow[], plan: Pick<TrialPlan, 'samples'>, source: string): OurNats | null {
  const of = (split: string) => rows.find((row) => row.metric === 'negative-log-likelihood' && row.split === split);
  const [validation, test] = [of('validation'), of('test')];
  if (!validation || !test || test.samples !== plan.samples) return null;
  return { validation: validation.value, test: test.value, source };
}

/** The likelihoods of trials that a finished report has, by trial; none where there is no report. @param name for the reader */
export async function readReport(
  folder: string,
  plans: readonly TrialPlan[],
  name: string,
): Promise<Map<string, OurNats>> {
  const text = await readFile(join(folder, 'results.csv'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return new Map();
  const rows = parse<Readonly<Record<string, string>>>(text, { columns: true });
  const found = plans.flatMap((plan) => {
    const own = rows.filter(({ trial, status }) => trial === plan.trial && status === 'ok').map(natsRow);
    const nats = natsOf(own, plan, name);
    return nats ? [[plan.trial, nats] as const] : [];
  });
  return new Map(found);
}

const natsRow = ({ metric = '', split = '', value = '', samples = '' }: Readonly<Record<string, string>>): NatsRow => ({
  metric,
  split,
  value: Number(value),
  samples: Number(samples),
});
