import { monitorEventLoopDelay } from 'node:perf_hooks';
import { counter, Distribution, gauge, type Metric } from '../../core/base/metric.ts';

const RECORDS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 512];

/** Measures what the machine under a node does: its turns, its commits, its process. */
export class Meter {
  readonly #turnMs = new Distribution(
    'turn_ms',
    'What the node does at once: from something that happened to the last datagram it brought.',
  );
  readonly #commitMs = new Distribution('commit_ms', 'Writing to disk, one transaction.');
  readonly #commitRecords = new Distribution('commit_records', 'Records of one transaction.', RECORDS);
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#loopDelay.enable();
  }

  turned(ms: number): void {
    this.#turnMs.add(ms);
  }

  committed(records: number, ms: number): void {
    this.#commitMs.add(ms);
    this.#commitRecords.add(records);
  }

  /** Lets go of what measures by itself. */
  stop(): void {
    this.#loopDelay.disable();
  }

  get metrics(): Metric[] {
    const { user, system } = process.cpuUsage();
    const lateMs = (percentile: number) => this.#loopDelay.percentile(percentile) / 1e6;
    return [
      ...[this.#turnMs, this.#commitMs, this.#commitRecords].map(({ metric }) => metric),
      gauge('event_loop_ms', 'How late timers were, since the start.', lateMs(50), { quantile: '0.5' }),
      gauge('event_loop_ms', 'How late timers were, since the start.', lateMs(99), { quantile: '0.99' }),
      counter('process_cpu_seconds_total', 'Time on a core.', (user + system) / 1e6),
      gauge('process_resident_bytes', 'Memory of the process.', process.memoryUsage.rss()),
      gauge('uptime_seconds', 'How long the process runs.', process.uptime()),
    ];
  }
}
