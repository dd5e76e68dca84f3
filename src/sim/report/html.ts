import { LATENCY_STEPS_MS, type Measured } from '../measures/measures.ts';
import type { Plan } from '../plan.ts';
import { escaped } from './escaped.ts';
import { netSvg } from './net-svg.ts';
import { deliveredShare, type Report } from './report.ts';
import { reportRows } from './text.ts';
import { duration, percent } from './words.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #8b949e; --way: #d9480f; --node: #1971c2; --bad: #c92a2a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --node: #4dabf7; --way: #ff922b; --bad: #ff6b6b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 600; padding-right: 1.5rem; vertical-align: top; }
td, th { padding-bottom: .2rem; } .failed { color: var(--bad); white-space: pre-wrap; }
svg { width: 100%; max-width: 40rem; height: auto; display: block; margin: 1rem 0; }
svg text { font-size: 11px; fill: var(--ink); text-anchor: middle; } svg .left { text-anchor: start; }
.link { stroke: var(--soft); stroke-width: 1; opacity: .6; } .way { stroke: var(--way); stroke-width: 3; }
.node { fill: var(--node); } .on-way { fill: var(--way); } .hostile { fill: var(--bad); } .bar { fill: var(--node); }
code { font-size: .85em; overflow-wrap: anywhere; }`;

/** A run that was made: what was planned, and what came of it. */
export type Run = { readonly plan: Plan; readonly report: Report };

/** Reports as one page that needs nothing else: no scripts, no pictures from elsewhere. */
export function htmlReport(runs: readonly Run[]): string {
  const title = `qpc lab: ${runs[0]?.report.scenario ?? 'nothing was run'}`;
  const sections = runs.map(section).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><h1>${escaped(title)}</h1>${runs.length > 1 ? overview(runs) : ''}
${sections}
</body></html>`;
}

function overview(runs: readonly Run[]): string {
  const rows = runs.map(({ report }) => {
    const { latencyMs } = report.measured.letters;
    const cells = [
      report.held ? 'held' : 'failed',
      percent(deliveredShare(report)),
      latencyMs ? duration(latencyMs.p50) : '',
    ];
    return `<tr><th><a href="#seed-${report.seed}">seed ${report.seed}</a></th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table><tr><th></th><th>rules</th><th>delivered</th><th>median</th></tr>${rows.join('')}</table>`;
}

function section({ plan, report }: Run): string {
  const rows = reportRows(report, plan).map(
    ([name, text]) =>
      `<tr><th>${escaped(name)}</th><td>${name === 'digest' ? `<code>${text}</code>` : escaped(text)}</td></tr>`,
  );
  const { failure, measured, seed } = report;
  const verdict = failure
    ? `<p class="failed">${escaped(`${failure.check} did not hold at ${duration(failure.atMs)}: ${failure.what}`)}</p>`
    : '<p>Every rule held.</p>';
  const way = measured.journey
    ? `<p>In colour, the way of “${escaped(measured.journey.text)}” over ${measured.journey.way.length - 1} links.</p>`
    : '';
  return `<section id="seed-${seed}"><h2>Seed ${seed}</h2>${verdict}<table>${rows.join('')}</table>
<h3>How long letters took</h3>${latencySvg(measured.letters)}<h3>The net</h3>${netSvg(plan, measured.journey)}${way}</section>`;
}

const BAR = { left: 70, height: 18, width: 480 } as const;

/** Which share of the letters had come after which time. */
function latencySvg({ within, due }: Measured['letters']): string {
  const bars = LATENCY_STEPS_MS.map((step, i) => {
    const share = due === 0 ? 0 : (within[i] ?? 0) / due;
    const [y, width] = [i * (BAR.height + 4), Math.round(share * BAR.width)];
    return [
      `<text class="left" x="0" y="${y + 13}">${duration(step)}</text>`,
      `<rect class="bar" x="${BAR.left}" y="${y}" width="${width}" height="${BAR.height}"/>`,
      `<text class="left" x="${BAR.left + width + 6}" y="${y + 13}">${percent(share)}</text>`,
    ].join('');
  });
  const height = LATENCY_STEPS_MS.length * (BAR.height + 4);
  return `<svg viewBox="0 0 640 ${height}" role="img" aria-label="how long letters took">${bars.join('')}</svg>`;
}
