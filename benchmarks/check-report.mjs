/**
 * Reads a report back as a user's program would, and fails where it does not hold together:
 * `node benchmarks/check-report.mjs <folder of the report>`. CI runs it on the report that it has just made.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';

const [folder] = process.argv.slice(2);
if (folder === undefined || !existsSync(join(folder, 'README.md'))) {
  console.error(`check-report: expected the folder of a report, with a README.md in it, got ${folder ?? 'nothing'}.`);
  process.exit(2);
}

const problems = [];
const expect = (holds, problem) => holds || problems.push(problem);
const table = (name) => parse(readFileSync(join(folder, name), 'utf8'), { columns: true });

const results = table('results.csv');
const summary = table('summary.csv');
const curves = table('curves.csv');
const throughput = table('throughput.csv');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

const columns = 'suite,trial,dataset,family,variant,seed,status,split,metric,features,value,unit,better,samples';
expect(
  Object.keys(results[0] ?? {}).join() === columns,
  `results.csv has columns ${Object.keys(results[0] ?? {}).join()}`,
);

const trials = results.filter(({ family }) => family !== 'calibration');
const families = new Set(trials.map(({ family }) => family));
for (const family of ['gan', 'vae', 'autoregressive', 'baselines']) {
  expect(families.has(family), `results.csv has no trial of ${family}`);
}
expect(results.length > trials.length, 'results.csv has no calibration rows');
for (const row of results) {
  const where = `results.csv, ${row.trial || row.variant}, ${row.metric || 'no metric'}`;
  expect(['ok', 'failed', 'not-applicable'].includes(row.status), `${where}: status ${row.status}`);
  if (row.status !== 'ok') continue;
  expect(row.value !== '' && Number.isFinite(Number(row.value)), `${where}: value ${row.value}`);
  expect(
    ['higher', 'lower', 'one', 'half', 'zero', 'real', 'none'].includes(row.better),
    `${where}: better ${row.better}`,
  );
  expect(Number(row.samples) > 0, `${where}: samples ${row.samples}`);
}

// The summary's means are the means of the results.
const key = (row) => ['dataset', 'family', 'variant', 'metric', 'features', 'split'].map((name) => row[name]).join(' ');
const groups = groupBy(results, key);
expect(summary.length > 0, 'summary.csv is empty');
for (const row of summary) {
  if (Number(row.n) === 0) continue;
  const values = (groups.get(key(row)) ?? []).filter(({ status }) => status === 'ok').map(({ value }) => Number(value));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(values.length === Number(row.n), `summary.csv, ${key(row)}: n ${row.n}, results.csv has ${values.length}`);
  expect(
    Math.abs(mean - Number(row.mean)) <= 1e-9 * Math.max(1, Math.abs(mean)),
    `summary.csv, ${key(row)}: mean ${row.mean}, not ${mean}`,
  );
  expect(Number(row.low) <= Number(row.high), `summary.csv, ${key(row)}: interval ${row.low} to ${row.high}`);
}

// Curves: whose they are, then numbers or nothing, and steps that go up within a trial.
const curveKeys = 'suite,trial,dataset,family,variant,seed,step,examples';
expect(
  Object.keys(curves[0] ?? {})
    .slice(0, 8)
    .join() === curveKeys,
  `curves.csv has columns ${Object.keys(curves[0] ?? {}).join()}`,
);
for (const [i, row] of curves.entries()) {
  const where = `curves.csv, ${row.trial}, step ${row.step}`;
  for (const [name, value] of Object.entries(row).slice(5)) {
    expect(value === '' || Number.isFinite(Number(value)), `${where}: ${name} is ${value}`);
  }
  const before = curves[i - 1];
  expect(before?.trial !== row.trial || Number(before.step) < Number(row.step), `${where}: after step ${before?.step}`);
}
for (const row of throughput) {
  expect(
    Number(row.per_second) > 0 && Number(row.p50_ms) > 0,
    `throughput.csv, ${row.family}, ${row.work}: ${row.per_second} per second`,
  );
}

// What the page shows is there, and says nothing like NaN.
const linked = [...readme.matchAll(/(?:src="|\]\()([^"):#]+)["#)]/g)].map(([, path]) => path);
for (const path of linked) expect(existsSync(resolve(folder, path)), `README.md links ${path}, which is not there`);
expect(
  linked.some((path) => path.endsWith('.svg')),
  'README.md shows no plot',
);
expect(!/\b(NaN|undefined|Infinity)\b/.test(readme), 'README.md says NaN, undefined or Infinity');

function groupBy(rows, keyOf) {
  const found = new Map();
  for (const row of rows) found.set(keyOf(row), [...(found.get(keyOf(row)) ?? []), row]);
  return found;
}

console.log(
  `${results.length} results, ${summary.length} summaries, ${throughput.length} timings, ${linked.length} links: ${problems.length} problems`,
);
for (const problem of problems) console.error(`  ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
