/** A socket that cannot be opened, in a sentence and with what to do about it. */
export class UdpError extends Error {
  override readonly name = 'UdpError';
  /** The system's word for it: `EADDRINUSE`, `EACCES`, … */
  readonly code: string;
  readonly hint: string;

  constructor(code: string, where: string) {
    const [sentence, hint] = SENTENCES.get(code) ?? [
      `cannot listen on WHERE (${code})`,
      'choose another address with --listen',
    ];
    super(sentence.replace('WHERE', where));
    this.code = code;
    this.hint = hint;
  }
}

const SENTENCES: ReadonlyMap<string, readonly [sentence: string, hint: string]> = new Map([
  ['EADDRINUSE', ['WHERE is taken by another program', 'choose another port with --listen, or 0 for any']],
  ['EACCES', ['this user may not listen on WHERE', 'choose a port of 1024 or more with --listen']],
  [
    'EADDRNOTAVAIL',
    ['WHERE is no address of this machine', 'leave the address out, or choose one of this machine, with --listen'],
  ],
  ['EAFNOSUPPORT', ['this machine has no addresses of the kind of WHERE', 'choose another address with --listen']],
  ['EMFILE', ['no file descriptor left to listen on WHERE', 'raise the limit of open files: ulimit -n']],
]);

/** The system's word for what went wrong with a socket, or what Node says when there is none. */
export const codeOf = (thrown: unknown): string =>
  String((thrown as { readonly code?: unknown }).code ?? (thrown instanceof Error ? thrown.message : thrown));
