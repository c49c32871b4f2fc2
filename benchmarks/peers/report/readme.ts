import { describeMachine } from '@kindred/harness';
import {
  blocks,
  bullets,
  bytes,
  code,
  counted,
  duration,
  escaped,
  listed,
  section,
  withoutFolders,
} from '@kindred/report';
import { lossTolerance, leastAgreement, metricTolerance } from '../agreement.ts';
import { blasOf } from '../blas.ts';
import type { PeerRun } from '../peer-run.ts';
import { howToInstall } from '../python.ts';
import { cachedTable, goalsTable, profileTable, resultsTable } from './tables.ts';

/** The report of a comparison as Markdown. */
export function peersReadme(run: PeerRun): string {
  const failures = run.results.filter(({ status }) => status === 'failed');
  return `${blocks(
    '# The same work in our engine and in PyTorch',
    'One training step, one draw of a batch, or one evaluation of a metric, done by our engine and by PyTorch on the processor, with one thread ' +
      'each, in turns in one run. A ratio is our time by PyTorch’s: below 1 we are faster. Times are medians over the rounds; intervals are bootstrap ' +
      'intervals of 95 % over the rounds. Peak is our own sgemm.',
    warnings(run),
    section(2, 'Goals', goalsTable(run.results)),
    section(2, 'Training', resultsTable(run, 'train')),
    section(2, 'Sampling', blocks(resultsTable(run, 'sample'), cachedTable(run.results))),
    section(2, 'Metrics', resultsTable(run, 'metric')),
    section(2, 'Ceiling', resultsTable(run, 'ceiling')),
    section(
      2,
      'Failed',
      bullets(failures.map(({ work, reason }) => `${code(work)}: ${escaped(withoutFolders(reason))}`)),
    ),
    section(2, 'What is the same on both sides', sameness()),
    section(2, 'Naive and cached sampling', sampling()),
    section(2, 'Where our time goes', profiles(run)),
    section(2, 'Repeating this', repeating(run)),
  )}\n`;
}

function warnings(run: PeerRun): string {
  if (run.peer === null) return `**No PyTorch was found: the peer’s columns are empty.** ${escaped(howToInstall)}`;
  const { warning } = blasOf(run.peer, peerPeak(run));
  return warning === null ? '' : `**${escaped(warning)}**`;
}

/** The peer's sgemm in GFLOP/s. */
export function peerPeak({ results }: Pick<PeerRun, 'results'>): number | null {
  const ceiling = results.find(({ kind }) => kind === 'ceiling');
  if (!ceiling?.gflops || !ceiling.peerMs || !ceiling.oursMs) return null;
  return (ceiling.gflops * ceiling.oursMs) / ceiling.peerMs;
}

function sameness(): string {
  return bullets([
    'Layers, shapes, batches, optimisers and their settings. Initial weights, batches and noise are ours, handed to PyTorch in files.',
    `Training: the losses of the first three steps must agree; a row whose losses differ by more than ${lossTolerance} of the largest of their step is marked failed.`,
    `Sampling: both sides get the same uniform or Gumbel noise; ${100 * leastAgreement} % of the values drawn must be the same.`,
    `Metrics: both sides get the same features; values must agree within ${metricTolerance} of the largest. The peer is written as its users would, in blocks that fit in ` +
      'memory: float32 products, `topk` and comparisons of PyTorch for neighbours and kernels; for the Fréchet distance numpy in float64 with the ' +
      'eigenvalues of the product of the covariances. Ours decides each comparison of distances as float64 does.',
    'PyTorch runs eagerly with fused Adam loops (`foreach`), NCHW, no gradient graphs while sampling. Our side runs ten training steps in one call (`runAll`), as the harness trains.',
    'Both sides compute each step’s losses, and hand them over. Three batches come round again and again; they are in memory before the clock starts.',
  ]);
}

function sampling(): string {
  return blocks(
    'Naive sampling runs the whole network over all positions for each new one. Each position costs the same, so some are timed, and ' +
      'the row’s time is their mean times the number of positions. Cached sampling, timed whole, works out only what a new position ' +
      'adds: GPT keeps keys and values; PixelCNN keeps each block’s activations and gathers the few places that a window sees; MADE ' +
      'works out the hidden units that become complete and one output. Both sides keep the same things; PyTorch goes position by position, and ' +
      'ours unrolls a row of pixels or eight tokens into one program, whose steps are one call of `runAll`.',
    'That naive and cached sampling draw the same is checked without drawing all naively: the whole network runs once over the ' +
      'cached samples, and each position is drawn again given those before it. Where all come out as they were, drawing naively ' +
      'would have given them, position by position.',
  );
}

function profiles({ profiles }: PeerRun): string {
  const tables = Object.entries(profiles).map(([work, costs]) => section(3, work, profileTable(costs)));
  if (tables.length === 0) return '';
  return blocks(
    'By operator of the graph that ONNX Runtime runs, after its own fusions, in sessions of their own that keep time; the mean of ' +
      'five steps: a training step, a draw, a position of a naive sampler, or a row of pixels or eight tokens of a cached one. To keep time costs a ' +
      'few microseconds a node, which is most of a small one. FLOPs are those of products and convolutions.',
    ...tables,
  );
}

function repeating(run: PeerRun): string {
  const machine = describeMachine();
  const { peer, engine } = run;
  const passedOver = run.python.tried.flatMap(({ python, reason }) =>
    reason === null ? [] : [`${code(withoutFolders(python))} (${escaped(withoutFolders(reason))})`],
  );
  return blocks(
    `\`\`\`sh\n${run.command}\n\`\`\``,
    bullets([
      `Started ${escaped(run.startedAt)}, took ${duration(run.seconds)}`,
      `Machine: ${escaped(machine.cpu)}, ${counted(machine.cores, 'core')}, ${bytes(machine.memory)}, ${escaped(machine.os)}`,
      `Our engine: ${engine.kind} on ${engine.device}, ${counted(engine.threads, 'thread')}, ${escaped(engine.runtime)}`,
      peer === null
        ? 'Peer: none'
        : `Peer: PyTorch ${escaped(peer.torch)}, ${counted(peer.threads, 'thread')}, Python ${escaped(peer.python)}, ${escaped(blasOf(peer, peerPeak(run)).name)}`,
      ...(passedOver.length === 0 ? [] : [`Interpreters passed over: ${listed(passedOver)}`]),
      `Versions: ${listed(Object.entries(run.versions).map(([name, version]) => `${escaped(name)} ${escaped(version)}`))}`,
    ]),
  );
}
