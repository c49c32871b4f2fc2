import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Values } from '@kindred/engine';
import { bootstrapInterval, median } from '@kindred/metrics';
import { leastAgreement, lossDifference, lossTolerance, metricTolerance, sampleAgreement } from './agreement.ts';
import { writeArrays } from './peer-files.ts';
import type { PeerProcess } from './peer-process.ts';
import type { WorkResult } from './result.ts';
import type { BuiltWork, OurSide, Work, WorkKind } from './work.ts';

export interface MeasureOptions {
  readonly engine: Engine;
  /** Null where there is no PyTorch: then our side is measured alone. */
  readonly peer: PeerProcess | null;
  /** A folder for files to the peer and back, made and removed by the measurement. */
  readonly folder: string;
  readonly rounds: number;
  /** Length of one side's block in a round; at least one unit is done. */
  readonly blockSeconds: number;
  /** Looks at the work once it is timed, as to profile it. */
  readonly after?: (side: OurSide) => Promise<void>;
}

/** Units whose losses or values must agree: a metric gives the same each time. */
const checkedUnits: Readonly<Record<WorkKind, number>> = { train: 3, metric: 1, sample: 0, ceiling: 0 };
/** Units that the timed ones are numbered after. */
const firstTimed = 3;

type Checked = Pick<WorkResult, 'maxLossDifference' | 'agreement' | 'agreementWithCached'>;

/** Does a work on both sides: first that they agree, then how long each takes, in turns. What goes wrong is in the result. */
export async function measure(work: Work, options: MeasureOptions): Promise<WorkResult> {
  const base = {
    work: work.name,
    kind: work.kind,
    about: work.about,
    against: 'torch',
    units: work.units ?? 1,
  } as const;
  let checked: Checked = { maxLossDifference: null, agreement: null, agreementWithCached: null };
  let side: OurSide | undefined;
  try {
    const built = work.build();
    side = await built.open(options.engine);
    checked = await check(work, built, side, options);
    const rounds = Math.min(options.rounds, work.mostRounds ?? options.rounds);
    const times = await takeTurns(side, { ...options, rounds });
    await options.after?.(side);
    const problem = disagreement(work.kind, checked);
    const status = problem === '' ? (options.peer ? 'ok' : 'no-peer') : 'failed';
    return { ...base, ...checked, ...summary(times, base.units, side.flops), status, reason: problem };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const nothing = { oursMs: null, peerMs: null, ratio: null, gflops: null, rounds: 0 };
    return { ...base, ...checked, ...nothing, status: 'failed', reason };
  } finally {
    await side?.dispose();
    await options.peer?.ask('close', {}).catch(() => {}); // a peer that is gone has been reported
    await rm(options.folder, { recursive: true, force: true });
  }
}

async function check(work: Work, built: BuiltWork, side: OurSide, options: MeasureOptions): Promise<Checked> {
  const { peer, folder, engine } = options;
  await mkdir(folder, { recursive: true });
  const cached = work.sameAs && (await drawOf(work.sameAs, engine));
  const drawn = await side.draw?.(cached);
  const losses: (readonly number[])[] = [];
  const count = checkedUnits[work.kind];
  for (let i = 0; i < count; i++) losses.push(await side.unit(i));
  const agreementWithCached = cached && drawn ? sampleAgreement(drawn, cached) : null;
  if (!peer) return { maxLossDifference: null, agreement: null, agreementWithCached };
  const samples = cached && { samples: { shape: [cached.length], values: Float32Array.from(cached) } };
  await writeArrays(folder, { ...built.arrays, ...samples });
  await peer.ask('open', { work: work.name, folder });
  const theirs = count > 0 ? (await peer.ask('units', { first: 0, count }, 600)).losses : null;
  return {
    maxLossDifference: theirs && lossDifference(losses, theirs),
    agreement: drawn ? sampleAgreement(drawn, await peerDraw(peer, folder)) : null,
    agreementWithCached,
  };
}

async function drawOf(work: Work, engine: Engine): Promise<Values> {
  const side = await work.build().open(engine);
  try {
    if (!side.draw) throw new Error(`work ${work.name} draws no samples.`);
    return await side.draw();
  } finally {
    await side.dispose();
  }
}

async function peerDraw(peer: PeerProcess, folder: string): Promise<Float32Array> {
  const file = join(folder, 'draw.bin');
  await writeFile(file, '');
  await peer.ask('draw', { file }, 600);
  const bytes = await readFile(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function disagreement(kind: WorkKind, { maxLossDifference, agreement, agreementWithCached }: Checked): string {
  const [what, tolerance] =
    kind === 'metric'
      ? ['values of the metric', metricTolerance]
      : [`losses of the first ${checkedUnits.train} steps`, lossTolerance];
  if (maxLossDifference !== null && !(maxLossDifference <= tolerance))
    return `${what} differ by ${maxLossDifference}, at most ${tolerance} is allowed`;
  if (agreement !== null && agreement < leastAgreement)
    return `${agreement} of the samples' values agree, at least ${leastAgreement} must`;
  if (agreementWithCached !== null && agreementWithCached < leastAgreement)
    return `${agreementWithCached} of the values agree with the cached form's, at least ${leastAgreement} must`;
  return '';
}

/** Milliseconds per unit of each round. */
interface Turns {
  readonly ours: readonly number[];
  readonly peers: readonly number[];
}

/** Rounds of one block each, never both at once; who begins changes from round to round. A first round warms up. */
async function takeTurns(side: OurSide, { peer, rounds, blockSeconds }: MeasureOptions): Promise<Turns> {
  let [ourUnits, peerUnits] = [firstTimed, firstTimed];
  const ourTurn = async (seconds: number): Promise<number> => {
    const { units, taken } = await timeUnits(side, ourUnits, seconds);
    ourUnits += units;
    return taken / units;
  };
  const peerTurn = async (seconds: number): Promise<number> => {
    if (!peer) return Number.NaN;
    const answer = await peer.ask('time', { first: peerUnits, seconds }, 600);
    peerUnits += answer.units;
    return (1000 * answer.seconds) / answer.units;
  };
  await ourTurn(blockSeconds / 2);
  await peerTurn(blockSeconds / 2);
  const turns = { ours: [] as number[], peers: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) turns.ours.push(await ourTurn(blockSeconds));
    turns.peers.push(await peerTurn(blockSeconds));
    if (round % 2 === 1) turns.ours.push(await ourTurn(blockSeconds));
  }
  return turns;
}

/** Steps that our side does at once, as the harness trains (stepsAtOnce there); the peer is not slowed down by doing one by one. */
const unitsAtOnce = 10;

/** Whole units until the time is up. @returns milliseconds taken */
export async function timeUnits(
  side: OurSide,
  first: number,
  seconds: number,
): Promise<{ units: number; taken: number }> {
  const start = performance.now();
  for (let units = 0; ;) {
    if (side.units) await side.units(first + units, unitsAtOnce);
    else await side.unit(first + units);
    units += side.units ? unitsAtOnce : 1;
    const taken = performance.now() - start;
    if (taken >= seconds * 1000) return { units, taken };
  }
}

function summary({ ours, peers }: Turns, units: number, flops: number | null) {
  const oursMs = median(ours);
  const paired = ours.map((time, round) => time / (peers[round] ?? Number.NaN));
  const measured = paired.every(Number.isFinite);
  return {
    oursMs: oursMs * units,
    peerMs: measured ? median(peers) * units : null,
    ratio: measured ? bootstrapInterval(paired, { statistic: median }) : null,
    gflops: flops === null ? null : flops / oursMs / 1e6,
    rounds: ours.length,
  };
}
