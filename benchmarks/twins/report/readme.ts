import { blocks, bullets, code, duration, escaped, listed, section, table, withoutFolders } from '@kindred/report';
import { agrees, summarise, tolerance, type TwinResult } from '../compare.ts';
import type { TwinRun } from '../run-twins.ts';

const nothing = '–';
const nats = (value: number | undefined): string => value?.toFixed(2) ?? nothing;
const share = (value: number | null): string =>
  value === null ? nothing : `${value > 0 ? '+' : ''}${(100 * value).toFixed(2)} %`;
const small = (value: number | undefined): string => value?.toExponential(1) ?? nothing;
const yesOrNo = (agreed: boolean | null): string => (agreed === null ? nothing : agreed ? 'yes' : '**no**');

/** The report of a comparison as Markdown. */
export function twinsReadme(run: TwinRun): string {
  const { results } = run;
  return `${blocks(
    '# Our models, and their twins in PyTorch',
    'A twin is the same network in PyTorch, trained to the end by the same recipe from our initial parameters, on the same examples in the ' +
      'same order; its noise is its own. Numbers are negative log-likelihoods of the test split in nats per example, means over it; a ' +
      `difference is (twin - ours) / ours. Twins should end within ${100 * tolerance} %.`,
    section(2, 'Models', modelsTable(results)),
    section(2, 'Trials', trialsTable(results)),
    section(2, 'Not compared', bullets(failures(results))),
    section(2, 'What is the same on both sides', sameness()),
    section(2, 'Repeating this', repeating(run)),
  )}\n`;
}

function modelsTable(results: readonly TwinResult[]): string {
  return table(
    [
      { title: 'Suite' },
      { title: 'Dataset' },
      { title: 'Model' },
      { title: 'Seeds', align: 'right' },
      { title: 'Ours', align: 'right' },
      { title: 'Twin', align: 'right' },
      { title: 'Difference of means', align: 'right' },
      { title: 'Its sd over seeds', align: 'right' },
      { title: `Within ${100 * tolerance} %` },
    ],
    summarise(results).map(({ suite, dataset, model, seeds, ours, twin, difference, sd }) => [
      escaped(suite),
      escaped(dataset),
      code(model),
      String(seeds),
      nats(ours),
      nats(twin),
      share(difference),
      sd === null ? nothing : `${(100 * sd).toFixed(2)} %`,
      yesOrNo(Math.abs(difference) <= tolerance),
    ]),
  );
}

function trialsTable(results: readonly TwinResult[]): string {
  return table(
    [
      { title: 'Suite' },
      { title: 'Dataset' },
      { title: 'Model' },
      { title: 'Seed', align: 'right' },
      { title: 'Steps', align: 'right' },
      { title: 'Ours', align: 'right' },
      { title: 'Twin', align: 'right' },
      { title: 'Difference', align: 'right' },
      { title: `Within ${100 * tolerance} %` },
      { title: 'Check: before, losses, after', align: 'right' },
      { title: "Twin's training", align: 'right' },
    ],
    results.map((result) => {
      const { suite, dataset, model, seed, steps, ours, line, difference } = result;
      const { before, losses, after } = line?.check ?? {};
      return [
        escaped(suite),
        escaped(dataset),
        code(model),
        String(seed),
        String(steps),
        nats(ours?.test),
        nats(line?.test?.nats),
        share(difference),
        yesOrNo(agrees(result)),
        [before, losses, after].map(small).join(', '),
        line?.seconds === undefined ? nothing : duration(line.seconds),
      ];
    }),
  );
}

const failures = (results: readonly TwinResult[]): string[] =>
  results.flatMap(({ suite, dataset, model, seed, reason }) =>
    reason === ''
      ? []
      : [`${escaped(`${suite}, ${dataset}, ${model}, seed ${seed}`)}: ${escaped(withoutFolders(reason))}`],
  );

function sameness(): string {
  return bullets([
    'Networks, initial parameters, examples, the order of batches, optimiser, schedules, decay, warm-up of the KL, number of steps.',
    'Estimators: exact, or the importance-weighted bound with as many samples, on the same binarised examples.',
    'Not the noise: PyTorch draws bits (where they are drawn anew), codes and orders from its own generator, with the seed of the trial. So two sides ' +
      'differ as two runs of one model do.',
    'Before it is trained, a twin repeats our first steps with our noise. The check is the largest relative difference of the log-likelihoods of ' +
      'some test examples with the initial parameters, of the losses of the first steps, and of the log-likelihoods after them. A twin that differs is not trained.',
  ]);
}

function repeating({ command, startedAt, seconds, results, engine, versions }: TwinRun): string {
  const different = (values: readonly (string | undefined)[]): string[] => [
    ...new Set(values.filter((value): value is string => value !== undefined)),
  ];
  const torch = different(results.map(({ line }) => line?.torch));
  const devices = different(results.map(({ line }) => line?.device));
  const sources = different(results.map(({ ours }) => ours?.source));
  return blocks(
    `\`\`\`sh\n${command}\n\`\`\``,
    bullets([
      `Started ${escaped(startedAt)}, took ${duration(seconds)}`,
      `Twins: PyTorch ${listed(torch.map(escaped)) || 'none'}, on ${listed(devices.map(escaped)) || 'nothing'}, in float32 without TF32`,
      `Ours: ${listed(sources.map(escaped)) || 'none'}; what is trained by the command itself is trained by engine ${engine.kind}`,
      `Versions: ${listed(Object.entries(versions).map(([name, version]) => `${escaped(name)} ${escaped(version)}`))}`,
    ]),
  );
}
