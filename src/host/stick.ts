import { createHash, type Hash, randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PeerError } from '../core/base/peer-error.ts';
import { equalBytes } from '../core/bytes/equal.ts';
import {
  decodeMailHead,
  encodeMailHead,
  MAIL_MAGIC,
  type MailFileHead,
  MailFileReader,
  mailBlock,
} from '../core/wire/mail-file.ts';
import { decodePush, encodePush, PUSH_BYTES_MAX, type Push } from '../core/wire/mesh-message.ts';

/** A mail file that cannot be written or read; the message goes to the user. */
export class StickError extends Error {
  override readonly name = 'StickError';
  readonly why: 'there' | 'missing' | 'no-mail' | 'other-network' | 'full' | 'io';

  constructor(why: StickError['why'], message: string) {
    super(message);
    this.why = why;
  }
}

const PIECE_BYTES = 256 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Writes sealed mail to a new file of mode 0600 (docs/protocol.md §3.4). Until it is whole it has another name, and what is there is never replaced.
 *
 * @throws StickError
 */
export async function writeMailFile(path: string, head: MailFileHead, pushes: AsyncIterable<Push>): Promise<number> {
  if (await isThere(path)) throw new StickError('there', `${path} is there already, and is not replaced`);
  const temporary = `${path}.${randomBytes(8).toString('hex')}.new`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    const bytes = await written(file, head, pushes).finally(() => file.close());
    await putInPlace(temporary, path);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw stickError(error, codeOf(error) === 'ENOENT' ? dirname(path) : path);
  }
}

async function written(file: FileHandle, head: MailFileHead, pushes: AsyncIterable<Push>): Promise<number> {
  const digest = createHash('sha256');
  let bytes = 0;
  const put = async (piece: Uint8Array): Promise<void> => {
    digest.update(piece);
    bytes += piece.length;
    await file.writeFile(piece);
  };
  await put(MAIL_MAGIC);
  await put(mailBlock(encodeMailHead(head)));
  for await (const push of pushes) await put(mailBlock(encodePush(push)));
  await put(mailBlock(NOTHING));
  await file.writeFile(digest.digest());
  await file.sync();
  return bytes + 32;
}

/** Sticks are often of file systems without links: there a look before the rename must do. */
async function putInPlace(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
    await rm(temporary);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    await rename(temporary, path);
  }
}

/**
 * Reads a mail file, an envelope at a time: each proves itself, so what comes before a damaged place, or before the end of a file that was
 * cut off, is good.
 *
 * @param reached - is told how many bytes have been read, and how many there are
 * @returns the head, the pushes, and, once those are read, whether the file was whole.
 * @throws StickError
 */
export async function readMailFile(
  path: string,
  network: Uint8Array,
  take: (push: Push, head: MailFileHead) => Promise<void>,
  reached: (bytes: number, of: number) => void = () => {},
): Promise<{ readonly isWhole: boolean }> {
  const file = await open(path).catch((error: unknown) => {
    throw stickError(error, path);
  });
  try {
    const { size } = await file.stat();
    const taken = async (push: Push, head: MailFileHead, bytes: number): Promise<void> => {
      await take(push, head);
      reached(bytes, size);
    };
    const read = await readBlocks(file, path, network, taken);
    if (read.isWhole) reached(size, size);
    return read;
  } catch (error) {
    throw stickError(error, path);
  } finally {
    await file.close();
  }
}

async function readBlocks(
  file: FileHandle,
  path: string,
  network: Uint8Array,
  take: (push: Push, head: MailFileHead, bytes: number) => Promise<void>,
): Promise<{ readonly isWhole: boolean }> {
  const reader = new MailFileReader(PUSH_BYTES_MAX);
  const digest = createHash('sha256').update(MAIL_MAGIC);
  let head: MailFileHead | undefined;
  let ended = false;
  let bytes: number = MAIL_MAGIC.length;
  for (;;) {
    const piece = Buffer.alloc(PIECE_BYTES);
    const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
    if (bytesRead === 0) break;
    try {
      for (const block of ended ? [] : reader.add(piece.subarray(0, bytesRead))) {
        digest.update(mailBlock(block));
        bytes += 4 + block.length;
        if (block.length === 0) ended = true;
        else if (head) await take(decodePush(block), head, bytes);
        else head = headOf(block, path, network);
      }
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      if (!head) throw new StickError('no-mail', `${path} is no file of qpc mail`);
      return { isWhole: false };
    }
  }
  if (!head) throw new StickError('no-mail', `${path} is no file of qpc mail`);
  return { isWhole: ended && isDigest(digest, reader.rest) };
}

function headOf(block: Uint8Array, path: string, network: Uint8Array): MailFileHead {
  const head = decodeMailHead(block);
  if (equalBytes(head.network, network)) return head;
  throw new StickError('other-network', `the mail in ${path} is of another network`);
}

const isDigest = (digest: Hash, rest: Uint8Array): boolean => digest.digest().equals(rest);

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string }).code;

function stickError(error: unknown, path: string): StickError {
  if (error instanceof StickError) return error;
  const code = codeOf(error);
  const why =
    code === 'ENOENT'
      ? 'missing'
      : code === 'ENOSPC' || code === 'EDQUOT'
        ? 'full'
        : code === 'EEXIST'
          ? 'there'
          : 'io';
  const reason = REASONS[code ?? ''] ?? `does not work: ${(error as Error).message}`;
  return new StickError(why, `${path} ${reason}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOSPC: 'has no room left',
  EDQUOT: 'has no room left',
  EEXIST: 'is there already, and is not replaced',
  EISDIR: 'is a directory',
  ENOTDIR: 'is in something that is no directory',
  EACCES: 'is not open to you',
  EPERM: 'is not open to you',
  EROFS: 'is on a disk that is read-only',
};
