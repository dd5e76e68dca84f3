import type { z } from 'zod';
import { type ErrorCode, METHODS, type Method, type Outcome, type Result } from './schema.ts';

/** What a method is called with after its schema has filled in the defaults. */
export type FullParams<M extends Method> = z.output<(typeof METHODS)[M]['params']>;

type Answer<M extends Method> = Outcome<Result<M>> | Promise<Outcome<Result<M>>>;

/** What answers the calls of one screen: a function for every method. */
export type Handlers = { readonly [M in Method]: (params: FullParams<M>) => Answer<M> };

/** Something was done, and this came of it. */
export const done = <T>(result: T): Outcome<T> => ({ ok: true, result });

/** A person's mistake, or what could not be done: a sentence in lower case, and what to do next. */
export const failed = (
  code: ErrorCode,
  message: string,
  hint?: string,
): { readonly ok: false; readonly error: Failure } => ({
  ok: false,
  error: hint === undefined ? { code, message } : { code, message, hint },
});

type Failure = { readonly code: ErrorCode; readonly message: string; readonly hint?: string };

/**
 * Answers one call: checks the parameters, runs the handler, checks the result.
 * Wrong parameters and unknown methods are `E_USAGE`; an exception of ours is told to `onBug` and becomes `E_INTERNAL`.
 */
export async function answer(
  handlers: Handlers,
  call: { readonly method: string; readonly params: unknown },
  onBug: (error: unknown) => void,
): Promise<Outcome<unknown>> {
  const { method } = call;
  if (!isMethod(method)) return failed('E_USAGE', `the node has no method ${JSON.stringify(method.slice(0, 64))}`);
  const params = METHODS[method].params.safeParse(call.params ?? {});
  if (!params.success) return failed('E_USAGE', `${method}: ${firstIssue(params.error)}`);
  // A screen in process may call from within an event, while the node is in the middle of a turn.
  await undefined;
  try {
    const outcome = await (handlers[method] as (params: unknown) => Answer<Method>)(params.data);
    return outcome.ok ? done(METHODS[method].result.parse(outcome.result)) : outcome;
  } catch (error) {
    onBug(error);
    return failed('E_INTERNAL', `the node failed at ${method}`, 'its log says more: node.log in the home directory');
  }
}

/** Whether NodeApi has a method of this name. */
export const isMethod = (name: string): name is Method => Object.hasOwn(METHODS, name);

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'parameters that do not fit';
  const words = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${words}` : words;
}
