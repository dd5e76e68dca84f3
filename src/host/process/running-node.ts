import type { Address } from '../../core/base/address.ts';
import { counters, gauge, type Metric } from '../../core/base/metric.ts';
import type { Identity } from '../../core/crypto/identity.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import { parseNodeId } from '../../core/crypto/node-id.ts';
import { Node } from '../../core/node/node.ts';
import { type Clock, SystemClock } from '../clock.ts';
import { Database } from '../database/database.ts';
import { Driver } from '../driver.ts';
import { entropy } from '../entropy.ts';
import { logEvent } from '../event-log.ts';
import type { Log } from '../log.ts';
import { Meter } from '../metrics/meter.ts';
import { type MetricsServer, serveMetrics } from '../metrics/metrics-server.ts';
import { listen } from '../network/listening.ts';
import { lookup } from '../network/lookup.ts';
import { nowhereNearby, searchNearby } from '../network/nearby.ts';
import { Networks } from '../network/networks.ts';
import { systemDrops } from '../network/system-drops.ts';
import { nodeSuite } from '../node-suite.ts';
import type { HostPort } from '../options/option-kinds.ts';
import type { Options } from '../options/option-table.ts';
import { peerLimitsOf } from '../options/peer-limits.ts';
import { profileFile } from '../profile/profile.ts';
import { Qlog } from '../qlog/qlog.ts';
import { Confirmations } from '../service/confirmations.ts';
import { Names } from '../service/names.ts';
import { NodeService } from '../service/service.ts';
import { Troubles } from '../service/troubles.ts';
import { StatusLog } from '../status-log.ts';
import type { Life } from './life.ts';
import { VERSION } from './version.ts';

/** A node that runs in this process: its machine, its owner, its database and its service. */
export interface RunningNode {
  readonly id: NodeId;
  readonly service: NodeService;
  readonly addresses: readonly Address[];
  /** What the user should know about how it started, a sentence each. */
  readonly warnings: readonly string[];
  /** Says goodbye to all neighbours, writes what is left to write, and lets go of everything. */
  stop(): Promise<void>;
}

/** What a node is started with. */
export type NodeInput = {
  /** A directory of ours, held by this process. */
  readonly home: string;
  readonly identity: Identity;
  readonly options: Pick<
    Options,
    | 'listen'
    | 'announce'
    | 'name'
    | 'network'
    | 'domain'
    | 'mdns'
    | 'unlisted'
    | 'marks'
    | 'typing'
    | 'readReceipts'
    | 'peer'
    | 'qlog'
    | 'metrics'
    | 'requests'
    | 'peersLow'
    | 'peersHigh'
    | 'peersPerAddress'
    | 'dialsPerSecond'
    | 'dialsAtOnce'
  >;
  /** What it was told by flags and environment, for screens that ask for something else. */
  readonly settings: Readonly<Record<string, string>>;
  readonly life: Life;
  readonly log: Log;
};

/**
 * Starts a node on this machine: wakes it up from its database, gives it a socket and a clock, and serves it.
 *
 * @throws DatabaseError, UdpError
 */
export async function startNode({ home, identity, options, settings, life, log }: NodeInput): Promise<RunningNode> {
  const suite = nodeSuite;
  const clock = new SystemClock();
  const database = Database.open(profileFile.database(home), { suite });
  const warnings: string[] = [];
  try {
    const state = database.load();
    const { udp, notice, missed } = await listen(home, options.listen, log);
    if (notice !== undefined) warnings.push(notice);
    const networks = new Networks();
    const qlog = options.qlog === undefined ? undefined : openQlog(options.qlog, { clock, log, warnings });
    const node = new Node({
      suite,
      random: entropy(),
      seed: identity.seed,
      networkId: options.network,
      name: options.name ?? `node-${identity.id.slice(0, 4)}`,
      state,
      instant: clock.now(),
      calendar: clock.calendar(),
      unlisted: options.unlisted ?? false,
      marks: options.marks ?? true,
      tells: { typing: options.typing ?? true, readReceipts: options.readReceipts ?? true },
      peers: peerLimitsOf(options),
      pathCeiling: networks.pathCeiling,
      ...(qlog && { tracer: qlog }),
    });
    const announced = options.announce ? await lookup(options.announce) : [];
    const meter = new Meter();
    const driver = new Driver({ node, database, udp, clock, log, announced, networks, meter });
    // A name that the user gives is kept for the next start, like one given with /nick.
    const { name } = options;
    if (name !== undefined && name !== state.settings.get('name')) driver.turn((_, now) => node.setName(name, now));
    const troubles = new Troubles();
    driver.onEvent((event) => logEvent(log, event));
    await driver.start();
    const nearby = options.mdns
      ? searchNearby({
          node,
          driver,
          port: udp.port,
          announce: options.announce,
          domain: options.domain,
          log,
          onTrouble: (sentence) => {
            troubles.nearby(sentence);
            if (sentence !== undefined) log.warn(sentence);
          },
        })
      : nowhereNearby;
    const socketDrops = () => new Map([...udp.dropped, ['not read in time', systemDrops(udp.port)]]);
    const metrics = (): Metric[] => [
      ...driver.turn((_, now) => node.metrics(now)),
      ...counters('socket_drops_total', 'Datagrams that the socket did not send or take.', 'reason', socketDrops()),
      ...counters('mdns_drops_total', 'Answers of mDNS that were not used.', 'reason', nearby.dropped()),
      gauge('database_bytes', 'The database on disk.', database.bytes()),
      ...meter.metrics,
    ];
    const metricsServer = options.metrics && (await openMetrics(options.metrics, metrics, { log, warnings }));
    const service = new NodeService(
      {
        owner: driver,
        database,
        suite,
        names: new Names(suite, node),
        confirmations: new Confirmations(),
        log,
        about: {
          home,
          version: VERSION,
          networkId: options.network,
          startedAt: clock.calendar(),
          announced,
          requests: options.requests ?? false,
          settings,
          metricsUrl: metricsServer?.url,
        },
        calendar: () => clock.calendar(),
        lookup,
        nearby,
        troubles,
        surroundings: {
          missed,
          isLocal: /^(127\.|::1$)/.test(udp.host),
          storeFailure: () => driver.storeFailure,
          refusals: () => udp.refusals,
          interfaces: () => networks.all,
        },
        dropped: socketDrops,
        metrics,
      },
      life,
    );
    void connectPeers(options.peer, driver, service);
    const statusLog = new StatusLog({ owner: driver, log, dropped: socketDrops });
    return {
      id: node.id,
      service,
      get addresses() {
        return driver.addresses;
      },
      warnings,
      async stop() {
        service.stop();
        statusLog.stop();
        await nearby.stop();
        await driver.stop();
        await qlog?.stop();
        await metricsServer?.stop();
        meter.stop();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A diary of connections that cannot be kept is no reason not to connect. */
function openQlog(
  directory: string,
  { clock, log, warnings }: { readonly clock: Clock; readonly log: Log; readonly warnings: string[] },
): Qlog | undefined {
  try {
    return new Qlog({ directory, calendar: () => clock.calendar(), log });
  } catch (error) {
    warnings.push(`no qlog is written to ${directory}: ${(error as Error).message}`);
    return undefined;
  }
}

/** Nor are figures that cannot be served. */
async function openMetrics(
  place: HostPort,
  metrics: () => readonly Metric[],
  { log, warnings }: { readonly log: Log; readonly warnings: string[] },
): Promise<MetricsServer | undefined> {
  try {
    const server = await serveMetrics(place, metrics);
    log.info({ port: server.port }, 'metrics are served');
    return server;
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const why = taken ? 'another program has that port; with port 0 the system chooses one' : (error as Error).message;
    warnings.push(`no metrics are served at ${place.host}:${place.port}: ${why}`);
    return undefined;
  }
}

/** Connects those that were named at the start. A name server may take its time; the node does not wait for it. */
async function connectPeers(peers: Options['peer'], driver: Driver, service: NodeService): Promise<void> {
  for (const { id: text, ...place } of peers) {
    const id = parseNodeId(nodeSuite, text);
    const addresses = id ? await lookup(place) : [];
    if (id && addresses.length > 0) driver.turn((node, now) => node.connect(id, addresses, 'manual', now));
    else
      service.notice(
        'warn',
        'PEER',
        `${place.host}:${place.port} cannot be connected: ${id ? 'it has no address' : 'no valid id'}`,
      );
  }
}
