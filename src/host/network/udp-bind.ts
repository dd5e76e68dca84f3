import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { SOCKET_RECEIVE_BYTES } from '../../core/base/limits.ts';
import { codeOf, UdpError } from './udp-error.ts';

/** Where to listen: a literal address (`::` is every address, IPv4 too) and a port, 0 for any. */
export type Listen = {
  readonly host: string;
  readonly port: number;
  /** With `::`: IPv6 alone. */
  readonly v6Only?: boolean;
  /** Whether another port will do when this one is taken; true unless said otherwise. */
  readonly fallback?: boolean;
};

/** How the system's socket is made; tests make some that fail. */
export type CreateSocket = (options: SocketOptions) => Socket;

/** A socket that is bound, and to what. */
export type Bound = { readonly socket: Socket; readonly host: string; readonly families: readonly (4 | 6)[] };

/** How a machine without IPv6 refuses `::`. */
const WITHOUT_IPV6: readonly string[] = ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPROTONOSUPPORT'];

/** Binds `::` to both families, or to IPv4 alone on a machine without IPv6; any other address to its own family. */
export async function bindSocket(listen: Listen, create: CreateSocket = createSocket): Promise<Bound | UdpError> {
  const both = listen.host === '::' && !listen.v6Only;
  const bound = await bind(listen, !both, create);
  const without6 = bound instanceof UdpError && WITHOUT_IPV6.includes(bound.code);
  return both && without6 ? bind({ ...listen, host: '0.0.0.0' }, false, create) : bound;
}

async function bind({ host, port }: Listen, v6Only: boolean, create: CreateSocket): Promise<Bound | UdpError> {
  const family = isIP(host.split('%', 1)[0] ?? '') === 6 ? 6 : 4;
  const socket = create({
    type: family === 6 ? 'udp6' : 'udp4',
    ipv6Only: family === 6 && v6Only,
    // Only literal addresses come here, and nothing may ever ask a name server on their behalf.
    lookup: (literal, _options, callback) => callback(null, literal, family),
  });
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address: host, port, exclusive: true });
    await listening;
    growReceiveBuffer(socket);
    return { socket, host, families: family === 4 ? [4] : v6Only ? [6] : [4, 6] };
  } catch (thrown) {
    socket.close();
    return new UdpError(codeOf(thrown), hostAndPort(host, port));
  }
}

/** Asks for the largest receive buffer that the system gives. */
function growReceiveBuffer(socket: Socket): void {
  for (let bytes = SOCKET_RECEIVE_BYTES; bytes > 64 * 1024; bytes /= 2) {
    try {
      socket.setRecvBufferSize(bytes);
      return;
    } catch {
      // Some systems refuse what is above their limit instead of giving the limit.
    }
  }
}

const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
