import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What goes wrong at a disk operation (disk-fault.c). */
export const FAULT_KINDS = ['kill', 'power', 'torn', 'full', 'io'] as const;
/** What goes wrong at a disk operation. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What is tried: which faults, and one at each `step`th operation. */
export type Choice = { readonly kinds: readonly FaultKind[]; readonly step: number };

/** The first operation for a kind: where not all are tried, those of each kind are others. */
export const firstOf = (kind: FaultKind, { kinds, step }: Choice): number =>
  1 + Math.floor((step * kinds.indexOf(kind)) / kinds.length);

/** How many runs must miss their operation until there is no such operation: no two do just the same. */
export const missesAtEnd = ({ step }: Choice): number => (step === 1 ? 2 : 1);

/** A disk operation that a process did, as the library counts them. */
export type DiskOperation = { readonly number: number; readonly name: string; readonly path: string };

/** Builds the library into a folder; the reason when that cannot be done here. */
export function buildDiskFault(folder: string): { readonly library: string } | { readonly why: string } {
  if (process.platform !== 'linux') return { why: 'its library is for Linux' };
  const library = join(folder, 'disk-fault.so');
  const source = fileURLToPath(new URL('disk-fault.c', import.meta.url));
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl', '-lpthread'], {
    encoding: 'utf8',
  });
  if (built.error) return { why: 'there is no C compiler (cc)' };
  if (built.status !== 0) return { why: `cc fails: ${built.stderr.split('\n')[0]}` };
  // A process that counts nothing would pass every point.
  const probe = join(folder, 'probe');
  const log = join(folder, 'probe.log');
  const code = `require('node:fs').writeFileSync(${JSON.stringify(probe)}, 'x')`;
  execFileSync(process.execPath, ['-e', code], {
    env: { LD_PRELOAD: library, DISK_FAULT_FOLDER: folder, DISK_FAULT_LOG: log },
  });
  if (!readFileSync(log, 'utf8').includes(' write /probe '))
    return { why: 'this node does not call the C library for its files' };
  return { library };
}

/** One fault to come in a life of a process: it counts operations while it is armed. */
export class DiskFault {
  readonly #folder: string;
  readonly #library: string;
  readonly #home: string;

  /** @param folder - where its own files are, outside of `home` */
  constructor({ library, folder, home }: { readonly library: string; readonly folder: string; readonly home: string }) {
    this.#library = library;
    this.#folder = folder;
    this.#home = home;
  }

  /** The environment of a process in which operation `at` goes wrong; a full disk stays so until it is disarmed. */
  env(kind: FaultKind, at: number): Record<string, string> {
    rmSync(this.#log, { force: true });
    return {
      LD_PRELOAD: this.#library,
      UV_USE_IO_URING: '0',
      DISK_FAULT_FOLDER: this.#home,
      DISK_FAULT_ARM: this.#armed,
      DISK_FAULT_LOG: this.#log,
      DISK_FAULT_KIND: kind,
      DISK_FAULT_AT: String(at),
      DISK_FAULT_COUNT: kind === 'full' ? '1000000' : '1',
      ...(kind === 'power' ? { DISK_FAULT_BOOT: this.#anotherBoot() } : {}),
    };
  }

  /** A file with the name of a start of the machine: each life begins with another one, for the last has ended by a power cut. */
  #anotherBoot(): string {
    const file = `${this.#home}.boot`;
    writeFileSync(file, randomUUID());
    return file;
  }

  arm(): void {
    writeFileSync(this.#armed, '');
  }

  disarm(): void {
    rmSync(this.#armed, { force: true });
  }

  /** What the process has done since it was armed, in this life. */
  operations(): DiskOperation[] {
    let log: string;
    try {
      log = readFileSync(this.#log, 'utf8');
    } catch {
      return [];
    }
    return log
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [number, name = '', path = ''] = line.split(' ');
        return { number: Number(number), name, path };
      });
  }

  get #armed(): string {
    return join(this.#folder, 'armed');
  }

  get #log(): string {
    return join(this.#folder, 'operations');
  }
}
