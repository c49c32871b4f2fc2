import { availableParallelism } from 'node:os';
import { basename, isAbsolute, resolve } from 'node:path';
import { defaultPlaces, type Places } from '@kindred/data';
import { devicesOf, type DeviceKind, type OpenEngineOptions } from '@kindred/engine';
import { ProblemsError, unknownName, type Suite } from '@kindred/harness';
import { selectFrom, type Known } from './selection.ts';

/** The command line as typed. */
export interface RawOptions {
  readonly models?: string;
  readonly datasets?: string;
  readonly seeds?: string;
  readonly features?: string;
  readonly out?: string;
  readonly jobs?: string;
  readonly engine?: string;
  readonly device?: string;
  readonly resume?: boolean;
  readonly dataDir?: string;
}

/** The command line as understood. */
export interface Settings {
  readonly suite: Suite;
  /** Absolute. */
  readonly out: string;
  readonly jobs: number;
  readonly engine: OpenEngineOptions;
  readonly resume: boolean;
  /** Where datasets are looked for. */
  readonly places: Places;
  /** The command that asks for the same again. */
  readonly command: string;
}

export const engineKinds = ['auto', 'onnx', 'tensorflow', 'cpu'] as const;
export const deviceKinds = ['auto', 'cpu', 'cuda', 'webgpu'] as const;
const most = { seeds: 1000, jobs: 256 } as const;

/** @throws ProblemsError with everything that is wrong, names that exist and ranges included */
export function understand(
  suiteName: string,
  raw: RawOptions,
  known: Known & { readonly suites: readonly Suite[]; readonly root: string },
): Settings {
  const problems: string[] = [];
  const suite = known.suites.find(({ name }) => name === suiteName);
  if (!suite)
    problems.push(
      unknownName(
        'suite',
        suiteName,
        known.suites.map(({ name }) => name),
      ),
    );
  const seeds = whole('seeds', raw.seeds, problems);
  const jobs = whole('jobs', raw.jobs, problems) ?? availableParallelism();
  const engine = engineOf(raw, problems);
  const models = names('--models', raw.models, problems);
  const datasets = names('--datasets', raw.datasets, problems);
  const features = names('--features', raw.features, problems);
  const choice = {
    ...(models && { models }),
    ...(datasets && { datasets }),
    ...(seeds && { seeds }),
    ...(features && { features }),
  };
  let selected: Suite | undefined;
  try {
    // Names can be wrong whatever else is: any suite will do to look them up.
    const base = suite ?? known.suites[0];
    selected = base && selectFrom(base, choice, known);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    problems.push(...error.problems);
  }
  if (problems.length > 0 || !selected || !engine) throw new ProblemsError('the command line', problems);
  return {
    suite: selected,
    out: raw.out === undefined ? resolve(known.root, 'reports', selected.name) : resolve(raw.out),
    jobs,
    engine,
    resume: raw.resume ?? false,
    places: placesOf(raw),
    command: commandOf(suiteName, raw),
  };
}

/** The machine's own places, and the data folder as typed. */
export function placesOf({ dataDir }: Pick<RawOptions, 'dataDir'>): Places {
  return defaultPlaces(dataDir === undefined ? {} : { dataFolder: dataDir });
}

function engineOf(
  { engine = 'auto', device = 'auto' }: RawOptions,
  problems: string[],
): Required<OpenEngineOptions> | undefined {
  const kind = engineKinds.find((known) => known === engine);
  const computesOn = deviceKinds.find((known) => known === device);
  if (!kind) problems.push(unknownName('engine', engine, engineKinds));
  if (!computesOn) problems.push(unknownName('device', device, deviceKinds));
  if (!kind || !computesOn) return undefined;
  if (kind !== 'auto' && computesOn !== 'auto' && !devicesOf[kind].includes(computesOn)) {
    const others = withDevice(computesOn).join(', ');
    problems.push(
      `--engine ${kind} computes on ${devicesOf[kind].join(' or ')} only, got --device ${computesOn}; engines with it are ${others}`,
    );
  }
  return { kind, device: computesOn, threads: 1 };
}

function withDevice(device: DeviceKind): string[] {
  return ['auto', ...Object.entries(devicesOf).flatMap(([kind, devices]) => (devices.includes(device) ? [kind] : []))];
}

function whole(flag: keyof typeof most, text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined;
  const limit = most[flag];
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= limit) return Number(text);
  problems.push(`--${flag} expects an integer in 1 ... ${limit}, got ${text}`);
  return undefined;
}

function names(flag: string, text: string | undefined, problems: string[]): string[] | undefined {
  if (text === undefined) return undefined;
  // No name begins with a digit: such a part belongs to the argument before it, as in image-folder:faces,64.
  const found = text
    .split(/,(?!\s*\d)/)
    .map((name) => name.trim())
    .filter(Boolean);
  if (found.length > 0) return found;
  problems.push(`${flag} expects names with commas between them, got none`);
  return undefined;
}

/**
 * Only what changes results: where the report goes and how many jobs made it do not, where the data is may. The command stands
 * in the report, where nobody needs to know this machine's folders: of a data folder, or the file of a feature space, only a relative path
 * is shown. Blanks after commas are left out, for a shell would end the argument there.
 */
function commandOf(suite: string, { models, datasets, seeds, features, engine, device, dataDir }: RawOptions): string {
  const folder = dataDir && (isAbsolute(dataDir) ? '<folder>' : dataDir);
  const lists = { models, datasets, seeds, features: features?.split(',').map(withoutFolder).join(',') };
  const tight = Object.entries(lists).map(([name, list]) => [name, list?.replaceAll(/\s*,\s*/g, ',').trim()] as const);
  const options = [...tight, ...Object.entries({ engine, device, 'data-dir': folder })];
  return ['pnpm bench', suite, ...options.flatMap(([name, value]) => (value ? [`--${name} ${value}`] : []))].join(' ');
}

/** `onnx:<folder>/net.onnx` for a file of this machine's. */
function withoutFolder(space: string): string {
  const [, prefix = '', file = ''] = /^\s*(onnx:)(.*)$/.exec(space) ?? [];
  return isAbsolute(file) ? `${prefix}<folder>/${basename(file)}` : space;
}
