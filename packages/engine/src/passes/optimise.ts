import type { Graph } from '../graph/graph.ts';
import { cropFilters } from './crop-filters.ts';
import { foldConstants } from './fold-constants.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { gatherScalars } from './gather-scalars.ts';
import { layout } from './layout.ts';
import { removeDeadNodes } from './remove-dead-nodes.ts';
import { simplify } from './simplify.ts';
import { sinkBroadcasts } from './sink-broadcasts.ts';

/** A transformation of graphs: the same results from fewer or cheaper nodes. */
export interface Pass {
  readonly name: string;
  readonly apply: (graph: Graph) => Graph;
}

/** The passes in the order in which they run. Common subexpressions are merged while a graph is built. */
export const passes: readonly Pass[] = [
  { name: 'remove-dead-nodes', apply: removeDeadNodes },
  { name: 'fold-constants', apply: foldConstants },
  { name: 'simplify', apply: simplify },
  { name: 'fold-constants', apply: foldConstants },
  { name: 'layout', apply: layout },
  { name: 'sink-broadcasts', apply: sinkBroadcasts },
  { name: 'gather-scalars', apply: gatherScalars },
  { name: 'crop-filters', apply: cropFilters },
  { name: 'fuse-epilogues', apply: fuseEpilogues },
  { name: 'remove-dead-nodes', apply: removeDeadNodes },
];

/** Runs all passes. */
export const optimise = (graph: Graph): Graph => passes.reduce((current, { apply }) => apply(current), graph);
