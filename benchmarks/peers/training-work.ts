import type { CompiledProgram, Engine, Program, Values } from '@kindred/engine';
import type { Parameters } from '@kindred/nn';
import type { Arrays, BuiltWork, NamedArray, OurSide, Run, Work } from './work.ts';

/** A program of a training step, and how often the step runs it. */
export interface StepProgram {
  readonly program: Program;
  readonly times: number;
}

export interface TrainingSetup {
  /** Given to the peer as they are at the start. */
  readonly weights: Parameters;
  /** Run one after another. Their inputs have different names, and their outputs are losses, all scalars. */
  readonly programs: readonly StepProgram[];
  /** By the name of an input: [runs, ...shape of the input]. Run r of a program reads slice r modulo runs. */
  readonly data: Arrays;
}

/** A training row: its setup is all that differs from one to the next. */
export function trainingWork(name: string, about: string, setup: () => TrainingSetup): Work {
  return {
    name,
    kind: 'train',
    about,
    build: (): BuiltWork => {
      const { weights, programs, data } = setup();
      return {
        arrays: { ...arraysOf(weights), ...data },
        open: async (engine) => openTraining(engine, programs, data),
      };
    },
  };
}

/** The trainable variables as arrays, under `parameters/`. */
export function arraysOf(weights: Parameters): Record<string, NamedArray> {
  return Object.fromEntries(
    Object.entries(weights.all).map(([name, variable]) => [
      `parameters/${name}`,
      { shape: variable.shape, values: variable.dataSync<'float32'>().slice() },
    ]),
  );
}

async function openTraining(engine: Engine, programs: readonly StepProgram[], data: Arrays): Promise<OurSide> {
  const compiled: CompiledProgram[] = [];
  for (const { program } of programs) compiled.push(await engine.compile(program));
  const feeds = programs.map(({ program }) => slicesFor(program, data));
  const runs = (step: number): Run[] =>
    programs.flatMap(({ times }, p) =>
      Array.from({ length: times }, (_, i): Run => ({
        compiled: at(compiled, p),
        feeds: at(at(feeds, p), (step * times + i) % at(feeds, p).length),
      })),
    );
  return {
    async unit(index) {
      const losses: number[] = [];
      for (const run of runs(index)) {
        const results = await run.compiled.run(run.feeds);
        for (const values of Object.values(results)) losses.push(values[0] ?? Number.NaN);
      }
      return losses;
    },
    async units(first, count) {
      // One program: all its runs at once. Several take turns, each for its runs of a step.
      const turns = programs.length === 1 ? 1 : count;
      for (let turn = 0; turn < turns; turn++) {
        for (const [p, { times }] of programs.entries()) {
          const start = (first + turn) * times;
          const given = at(feeds, p);
          await at(compiled, p).runAll((count / turns) * times, (run) => at(given, (start + run) % given.length));
        }
      }
    },
    flops: flopsOf(runs(0)),
    runs,
    dispose: async () => {
      for (const each of compiled) await each.dispose();
    },
  };
}

/** The FLOPs of some runs together; null where one has no graph. */
function flopsOf(runs: readonly Run[]): number | null {
  let sum = 0;
  for (const { compiled } of runs) {
    if (compiled.cost === undefined) return null;
    sum += compiled.cost.flops;
  }
  return sum;
}

/** The feeds of each run: slices of the data, by input. */
function slicesFor({ name, inputs }: Program, data: Arrays): Record<string, Values>[] {
  const slices = Object.entries(inputs).map(([input, { shape }]) => {
    const array = data[input];
    if (!array) throw new Error(`work of program ${name}: no data for the input ${input}.`);
    const size = shape.reduce((product, length) => product * length, 1);
    const count = array.values.length / size;
    return { input, parts: Array.from({ length: count }, (_, i) => array.values.slice(i * size, (i + 1) * size)) };
  });
  const count = Math.min(...slices.map(({ parts }) => parts.length));
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(slices.map(({ input, parts }) => [input, at(parts, i)])),
  );
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}.`);
  return item;
}
