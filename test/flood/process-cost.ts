import { readFileSync } from 'node:fs';

/** Ticks a second in which Linux counts the time of processes (`getconf CLK_TCK`), the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The time that a process has spent on a processor so far, in its own code and in the kernel's for it, in seconds. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in brackets, which may hold anything; the time in user and kernel mode are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Memory of a process that is in RAM, in MB. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
