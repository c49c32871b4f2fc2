import { expect, it } from 'vitest';
import { countNodes, probePlacement } from './probe-placement.ts';

it('a graph on the processor has all its nodes there, dozens of them', async () => {
  const { nodes, onDevice } = await probePlacement('cpu');
  expect(nodes).toBeGreaterThan(40);
  expect(onDevice).toBe(0);
});

it('counts each node once, and neither copies nor other events', () => {
  const node = (name: string, provider: string, op_name = 'Add') => ({
    cat: 'Node',
    name,
    args: { provider, op_name },
  });
  const events = [
    { cat: 'Session', name: 'model_run' },
    node('a_kernel_time', 'CUDAExecutionProvider'),
    node('a_kernel_time', 'CUDAExecutionProvider'),
    node('b_kernel_time', 'CUDAExecutionProvider'),
    node('c_kernel_time', 'CPUExecutionProvider'),
    node('copy', 'CUDAExecutionProvider', 'MemcpyToHost'),
    { cat: 'Node', name: 'a_fence_before', args: { op_name: 'Add' } },
  ];
  expect(countNodes(events)).toEqual({ nodes: 3, onDevice: 2 });
  expect(countNodes([])).toEqual({ nodes: 0, onDevice: 0 });
});
