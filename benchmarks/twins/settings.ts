import { resolve } from 'node:path';
import type { Places } from '@kindred/data';
import type { OpenEngineOptions } from '@kindred/engine';
import { ProblemsError, type Suite } from '@kindred/harness';
import type { Known } from '../src/selection.ts';
import { understand } from '../src/settings.ts';

/** The command line as typed. */
export interface RawTwinOptions {
  readonly models?: string;
  readonly datasets?: string;
  readonly seeds?: string;
  readonly out?: string;
  readonly python?: string;
  readonly torchDevice?: string;
  readonly threads?: string;
  readonly export?: string;
  readonly trained?: string;
  readonly dataDir?: string;
}

/** The command line as understood; folders and files are absolute. */
export interface TwinSettings {
  readonly suites: readonly Suite[];
  readonly engine: OpenEngineOptions;
  readonly places: Places;
  readonly out: string;
  /** Where reports of suites lie, by the suite's name. */
  readonly reports: string;
  readonly python: string | undefined;
  readonly torchDevice: string;
  /** Of PyTorch. */
  readonly threads: number;
  /** Where works are written, and nothing else is done; null to go on. */
  readonly exportTo: string | null;
  /** What train.py printed elsewhere; null where twins are trained here. */
  readonly trained: string | null;
  /** The command that asks for the same again. */
  readonly command: string;
}

/** Of several suites each is asked for the models that it has: the suite with those, or none where it has none. */
function ofItsOwn(suite: Suite, known: readonly Suite[]): Suite[] {
  const nameOf = ({ family, variant }: Suite['models'][number]): string => `${family}/${variant}`;
  const names = new Set(known.find(({ name }) => name === suite.name)?.models.map(nameOf));
  const models = suite.models.filter((model) => names.has(nameOf(model)));
  return models.length === 0 ? [] : [{ ...suite, models }];
}

const devices: ReadonlySet<string> = new Set(['cpu', 'cuda']);
const mostThreads = 256;

/** @param names of suites, with commas between. @throws ProblemsError with what is wrong */
export function understandTwins(
  names: string,
  raw: RawTwinOptions,
  known: Known & { readonly suites: readonly Suite[]; readonly root: string },
): TwinSettings {
  const problems: string[] = [];
  const { models, datasets, seeds, dataDir, torchDevice = 'cpu', threads = '1' } = raw;
  for (const flag of ['out', 'python', 'export', 'trained'] as const)
    if (raw[flag] === '') problems.push(`--${flag} expects a path, got nothing`);
  if (!devices.has(torchDevice)) problems.push(`--torch-device expects cpu or cuda, got ${torchDevice}`);
  if (!/^\d+$/.test(threads) || Number(threads) < 1 || Number(threads) > mostThreads)
    problems.push(`--threads expects an integer in 1 ... ${mostThreads}, got ${threads}`);
  if (raw.export !== undefined && raw.trained !== undefined)
    problems.push('--export and --trained do not go together: the one writes what the other has the outcome of');
  if (problems.length > 0) throw new ProblemsError('the command line', problems);
  const choice = {
    ...(models !== undefined && { models }),
    ...(datasets !== undefined && { datasets }),
    ...(seeds !== undefined && { seeds }),
    ...(dataDir !== undefined && { dataDir }),
  };
  const listed = names.split(',').map((name) => name.trim());
  const understood = listed.map((name) => understand(name, { ...choice, engine: 'onnx', device: 'cpu' }, known));
  const [first] = understood;
  if (!first) throw new ProblemsError('the command line', ['suites: expected names with commas between them']);
  const options = Object.entries({ models, datasets, seeds, 'torch-device': raw.torchDevice, threads: raw.threads });
  const flags = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  const chosen = understood.map(({ suite }) => suite);
  const own = chosen.length === 1 ? chosen : chosen.flatMap((suite) => ofItsOwn(suite, known.suites));
  if (own.length === 0) throw new ProblemsError('the command line', [`--models: none of ${names} has ${models}`]);
  return {
    suites: own,
    engine: first.engine,
    places: first.places,
    out: raw.out === undefined ? resolve(known.root, 'reports', 'twins') : resolve(raw.out),
    reports: resolve(known.root, 'reports'),
    python: raw.python,
    torchDevice,
    threads: Number(threads),
    exportTo: raw.export === undefined ? null : resolve(raw.export),
    trained: raw.trained === undefined ? null : resolve(raw.trained),
    command: ['pnpm bench twins', listed.join(','), ...flags].join(' '),
  };
}
