import type { Outcome } from '../api/schema.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { linkWords, type MeshNode, meshNodes, meshTree } from './mesh-tree.ts';
import { plural } from './show.ts';

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
    const farthest = Math.max(...nodes.map(({ hops }) => hops));
    const rows = meshTree(nodes).map(({ node, depth }) => `${'  '.repeat(depth + 1)}${node.name}  ${linkWords(node)}`);
    return [`you, ${plural(nodes.length, 'node')} within ${plural(farthest, 'hop')}`, ...rows];
  },
});
