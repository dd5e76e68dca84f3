import { z } from 'zod';
import { apiError, type ErrorCode, type Outcome } from './schema.ts';

/*
 * JSON-RPC 2.0 as screens and nodes speak it (docs/protocol.md §6): one object a line, no batches.
 * A refusal travels as an error object whose `data` is our own error; programs that know only JSON-RPC read `code` and `message`.
 */

const id = z.union([z.string(), z.number(), z.null()]);

/** What a screen sends. A request without an id is a notification: done, but not answered. */
export const rpcRequest = z.object({
  jsonrpc: z.literal('2.0'),
  id: id.optional(),
  method: z.string(),
  params: z.unknown().optional(),
});
/** What pairs an answer with its request. */
export type RpcId = z.infer<typeof id>;

/** What a node sends: an event, or the answer to a request. */
export const rpcFromNode = z.union([
  z.object({ jsonrpc: z.literal('2.0'), method: z.literal('event'), params: z.unknown() }),
  z.object({
    jsonrpc: z.literal('2.0'),
    id,
    error: z.object({ code: z.number(), message: z.string(), data: apiError.optional().catch(undefined) }),
  }),
  z.object({ jsonrpc: z.literal('2.0'), id, result: z.unknown() }),
]);

/** Codes of JSON-RPC 2.0 §5.1, and -32000 for everything that is ours. */
export const RPC_CODES = {
  parse: -32_700,
  request: -32_600,
  method: -32_601,
  params: -32_602,
  internal: -32_603,
  ours: -32_000,
};

const CODE_OF: Partial<Record<ErrorCode, number>> = { E_USAGE: RPC_CODES.params, E_INTERNAL: RPC_CODES.internal };

/** The line that answers a request. */
export const answerLine = (to: RpcId, outcome: Outcome<unknown>): string =>
  line(
    outcome.ok
      ? { id: to, result: outcome.result }
      : {
          id: to,
          error: {
            code: CODE_OF[outcome.error.code] ?? RPC_CODES.ours,
            message: outcome.error.message,
            data: outcome.error,
          },
        },
  );

/** The line that answers what was no request. */
export const protestLine = (to: RpcId, code: number, message: string): string =>
  line({ id: to, error: { code, message } });

/** The line that tells an event. */
export const eventLine = (event: unknown): string => line({ method: 'event', params: event });

/** The line that asks. */
export const requestLine = (as: number, method: string, params: unknown): string => line({ id: as, method, params });

const line = (fields: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...fields })}\n`;

/** What a line says; `undefined` when it is not JSON. */
export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
