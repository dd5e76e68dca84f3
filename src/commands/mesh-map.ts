import type { Outcome } from '../api/schema.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { type MeshNode, meshNodes, treeLines } from './mesh-tree.ts';

type MeshMap = { readonly nodes: readonly MeshNode[] };

export const meshMap = command({
  name: 'mesh map',
  summary: 'show who is reached over whom, as a list that is indented by hops',
  args: {},
  options: {},
  examples: ['/mesh map'],
  akin: ['topology', 'graph', 'tree'],
  run: async (api): Promise<Outcome<MeshMap>> => {
    const found = await api.call('route', {});
    return found.ok ? { ok: true, result: { nodes: meshNodes(found.result.routes) } } : found;
  },
  render: ({ nodes }, { face }) => {
    if (nodes.length === 0) return [commandsIn('nobody is connected · /mesh connect ID@HOST:PORT reaches one', face)];
    return treeLines(nodes);
  },
});
