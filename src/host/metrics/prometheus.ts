import type { Labels, Metric } from '../../core/base/metric.ts';

/** Metrics in the text format of Prometheus, version 0.0.4; those of one name stand together, under one HELP and TYPE. */
export function prometheusText(metrics: readonly Metric[]): string {
  const families = Map.groupBy(metrics, ({ name }) => name);
  return [...families]
    .flatMap(([name, family]) => [...headOf(name, family[0]!), ...family.flatMap(linesOf), ''])
    .join('\n');
}

const headOf = (name: string, { help, kind }: Metric): string[] => [
  `# HELP qpc_${name} ${help}`,
  `# TYPE qpc_${name} ${kind}`,
];

function linesOf(metric: Metric): string[] {
  const { name, labels } = metric;
  if (metric.kind !== 'histogram') return [line(name, labels, metric.value)];
  const { bounds, counts, sum, count } = metric.histogram;
  let below = 0;
  const buckets = bounds.map((bound, at) => {
    below += counts[at]!;
    return line(`${name}_bucket`, { ...labels, le: String(bound) }, below);
  });
  return [
    ...buckets,
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ];
}

const line = (name: string, labels: Labels | undefined, value: number): string =>
  `qpc_${name}${labelsOf(labels)} ${value}`;

function labelsOf(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (letter: string): string => (letter === '\n' ? '\\n' : `\\${letter}`);
