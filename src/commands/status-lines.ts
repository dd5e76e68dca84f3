import type { Status } from '../api/shapes.ts';
import { span } from '../core/base/span.ts';
import { plural } from './show.ts';

/** How a node is, in a few lines; what is wrong comes last. */
export function statusLines(status: Status, { now }: { now(): number }): readonly string[] {
  const dropped = Object.entries(status.dropped).filter(([, count]) => count > 0);
  return [
    `${status.name} ${status.id}`,
    `process ${status.pid}, qpc ${status.version}, up ${span(now() - status.startedAt)}${status.stays ? ', stays until qpc down' : ''}`,
    `home ${status.home}, network ${status.network}`,
    `listens on ${status.addresses.join(', ') || 'nothing'}, mDNS ${status.mdns}`,
    `${plural(status.connected, 'node')} connected, ${plural(status.queued, 'message')} queued, ${status.carried} carried for others`,
    ...(status.metricsUrl === undefined ? [] : [`metrics at ${status.metricsUrl}`]),
    ...(dropped.length === 0 ? [] : [`dropped: ${dropped.map(([why, count]) => `${why} ${count}`).join(', ')}`]),
    ...status.troubles.map((trouble) => `! ${trouble}`),
  ];
}
