import type { DatasetCard, SuiteRun } from '@kindred/harness';
import { isOf, modelsOn } from '../models.ts';
import { seedGroups, type SeedGroup } from '../seeds.ts';
import { bytes, counted, duration, grouped, noNumber, percent, significant } from '../numbers.ts';
import { blocks, bullets, code, escaped, fenced, listed, table, withoutFolders } from './markdown.ts';

/** What the time of a resumed run leaves out, to be put behind it; '' where it leaves out nothing. */
export function keptWords({ keptTrials, trials }: SuiteRun): string {
  return keptTrials === 0
    ? ''
    : `; ${grouped(keptTrials)} of the ${grouped(trials.length)} trials were kept from an earlier run, whose time is not in this`;
}

/** Datasets and feature spaces of a run. */
export function dataBody(run: SuiteRun): string {
  const spaces = run.featureSpaces.map(({ dataset, name, description, columns, testAccuracy }) => {
    const accuracy =
      testAccuracy === null ? '' : ` The classifier's accuracy on the test split is ${percent(testAccuracy)}.`;
    return `**${escaped(name)}** on ${escaped(dataset)}: ${sentence(description)} ${counted(columns, 'column')}.${accuracy}`;
  });
  const floors = run.calibration.map(
    ({ name, description }) => `**${escaped(name.replaceAll('-', ' '))}**: ${sentence(description)}`,
  );
  return blocks(
    datasetTable(run.datasets),
    spaces.length === 0 ? null : `Feature spaces:\n\n${bullets(spaces)}`,
    floors.length === 0 ? null : `Calibration:\n\n${bullets([...new Set(floors)])}`,
  );
}

/** Each dataset as it was found: every example was looked at. */
function datasetTable(datasets: readonly DatasetCard[]): string {
  return table(
    [
      { title: 'Dataset' },
      { title: 'From' },
      { title: 'Train', align: 'right' },
      { title: 'Validation', align: 'right' },
      { title: 'Test', align: 'right' },
      { title: 'One example' },
      { title: 'Values' },
      { title: 'Train examples of a class' },
      { title: 'Duplicates within splits', align: 'right' },
      { title: 'Duplicates across splits', align: 'right' },
      { title: 'SHA-256' },
    ],
    datasets.map((card) => [
      escaped(card.name),
      escaped(withoutFolders(card.origin)),
      ...splitNames.map((split) => grouped(card.counts[split])),
      `${card.spec.kind}, ${card.spec.shape.join(' × ')}`,
      valuesText(card),
      classesText(card),
      grouped(splitNames.reduce((sum, split) => sum + card.duplicatesWithin[split], 0)),
      card.duplicatesAcross === 0 ? '0' : `**${grouped(card.duplicatesAcross)}**`,
      code(card.hash.slice(0, 12)),
    ]),
  );
}

const splitNames = ['train', 'validation', 'test'] as const;

function valuesText({ ranges }: DatasetCard): string {
  const known = splitNames.flatMap((split) => ranges[split] ?? []);
  if (known.length === 0) return noNumber;
  const [min, max] = [Math.min(...known.map((range) => range.min)), Math.max(...known.map((range) => range.max))];
  return `${significant(min)} to ${significant(max)}`;
}

function classesText({ classCounts }: DatasetCard): string {
  const counts = classCounts.train;
  if (counts === null || counts.length === 0) return noNumber;
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`;
}

/** What a sample of each model is, and how its likelihood was estimated. */
export function meaningTable(run: SuiteRun): string {
  const rows = run.datasets.flatMap(({ name }) =>
    modelsOn(run, name).flatMap((model) => {
      const trial = run.trials.find((each) => each.dataset === name && each.status === 'ok' && isOf(model, each));
      if (trial === undefined) return [];
      return [
        [
          escaped(name),
          escaped(model.label),
          code(model.variant),
          escaped(trial.sampleMeaning),
          escaped(trial.likelihood),
        ],
      ];
    }),
  );
  return table(
    [{ title: 'Dataset' }, { title: 'Model' }, { title: 'Variant' }, { title: 'A sample is' }, { title: 'Likelihood' }],
    rows,
  );
}

/** Which bits models saw that state a likelihood of binarised images; '' where there are none. */
export function bitsNote({ trials, binarise }: SuiteRun): string {
  const models = trials.some(({ metrics }) => metrics.some(({ features }) => features.startsWith('binarised-')));
  if (!models) return '';
  const training =
    binarise === 'static'
      ? 'they were trained on bits drawn once'
      : 'in training they saw new bits each time they saw an image';
  return `Models with a likelihood of binarised images: ${training} (${binarise} binarisation), and asked about test bits drawn once, the same for all. Other models of images saw grey ones.`;
}

/** Options of every model, as validated and with defaults filled in. */
export function optionsBlock(run: SuiteRun): string {
  const entries = run.datasets.flatMap(({ name }) =>
    modelsOn(run, name).flatMap((model) => {
      const trial = run.trials.find((each) => each.dataset === name && isOf(model, each));
      return trial === undefined
        ? []
        : [`${name}, ${model.label}, batches of ${trial.batchSize}: ${JSON.stringify(trial.options)}`];
    }),
  );
  if (entries.length === 0) return '';
  return ['<details><summary>Options of every model</summary>', '', fenced(entries.join('\n')), '', '</details>'].join(
    '\n',
  );
}

/** ` of gan wgan on mnist`: which models a group of seeds is of, to be put behind it. */
export function seedPlace({ models, datasets }: SeedGroup): string {
  const whose = models.length === 0 ? '' : ` of ${listed(models.map(escaped))}`;
  return `${whose} on ${listed(datasets.map(escaped))}`;
}

/** Machine, engine, versions, seeds and the command. */
export function reproductionBody(run: SuiteRun): string {
  const { machine, engine, versions } = run;
  const passedOver = engine.passedOver.map(({ kind, reason }) => `${kind} (${escaped(withoutFolders(reason))})`);
  return blocks(
    fenced(run.command, 'sh'),
    bullets([
      ...seedGroups(run).map((group, _, { length }) => {
        const where = length === 1 ? '' : seedPlace(group);
        return `Seeds${where}: ${group.seeds.length === 0 ? 'none' : group.seeds.join(', ')}`;
      }),
      `Started ${escaped(run.startedAt)}, took ${duration(run.wallSeconds)}${keptWords(run)}`,
      `Machine: ${escaped(machine.cpu)}, ${counted(machine.cores, 'core')}, ${bytes(machine.memory)}, ${escaped(machine.os)}, Node ${escaped(machine.node)}`,
      `Engine: ${engine.kind} on ${engine.device}, ${counted(engine.threads, 'thread')} per trial, ${escaped(engine.runtime)}`,
      ...(passedOver.length === 0 ? [] : [`Engines passed over: ${listed(passedOver)}`]),
      `Versions: ${listed(Object.entries(versions).map(([name, version]) => `${escaped(name)} ${escaped(version)}`))}`,
    ]),
    'The same seeds on the same engine and machine give the same `results.csv` and `curves.csv`, byte for byte; times differ.',
  );
}

function sentence(text: string): string {
  const line = escaped(text);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
