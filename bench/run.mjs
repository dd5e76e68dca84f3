// `npm run bench`: one JSON line for each figure, measured now, on this machine, between processes over loopback.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { report } from './lib/report.mjs';

report('machine', { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length });
for (const part of ['transport.mjs', 'messages.mjs', 'tui.mjs']) {
  const path = fileURLToPath(new URL(part, import.meta.url));
  const { status } = spawnSync(process.execPath, [path], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
