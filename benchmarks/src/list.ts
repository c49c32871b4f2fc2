import { metricTable, type Families, type Suite } from '@kindred/harness';

export interface Listed {
  readonly suites: readonly Suite[];
  readonly families: Families;
  readonly datasets: readonly { readonly name: string; readonly description: string }[];
}

const directions = {
  higher: 'higher is better',
  lower: 'lower is better',
  one: 'best at 1',
  half: 'best at 1/2',
  zero: 'best at 0',
  real: 'best at the value of unseen real data',
  none: 'no score',
} as const;

/** What there is: suites, models with their variants, datasets, metrics. */
export function listing({ suites, families, datasets }: Listed): string {
  return [
    section(
      'Suites',
      suites.map(({ name, description }) => [name, description]),
    ),
    section(
      'Models (family/variant)',
      Object.values(families).flatMap(({ name, variants, likelihood }) =>
        Object.keys(variants).map((variant) => [`${name}/${variant}`, `likelihood: ${likelihood}`] as const),
      ),
    ),
    section(
      'Datasets',
      datasets.map(({ name, description }) => [name, description]),
    ),
    section(
      'Metrics',
      Object.entries(metricTable).map(([name, { unit, better, on }]) => [
        name,
        [unit, directions[better], on].filter(Boolean).join('; '),
      ]),
    ),
  ].join('\n');
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  return `${title}\n${columns(rows)}`;
}

/** Rows of text in columns, two spaces in front of and between them; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  const line = (row: readonly string[]): string => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return rows
    .map((row) => `  ${line(row)}`.trimEnd())
    .map((text) => `${text}\n`)
    .join('');
}
