import { createSocket } from 'node:dgram';

/** How long a datagram may take on its way through this machine, in milliseconds. */
const PROBE_MS = 400;

/**
 * Whether a datagram from an IPv4 address of this machine to itself arrives. It never leaves the machine, so that only the machine's own
 * packet filter can keep it. When the sockets cannot be made, nothing is known, which counts as yes.
 */
export function udpPasses(host: string): Promise<boolean> {
  const [from, to] = [createSocket('udp4'), createSocket('udp4')];
  return new Promise((resolve) => {
    const end = (passes: boolean): void => {
      clearTimeout(timer);
      from.close();
      to.close();
      resolve(passes);
    };
    const timer = setTimeout(end, PROBE_MS, false);
    from.once('error', () => end(true));
    to.once('error', () => end(true));
    to.once('message', () => end(true));
    to.bind({ address: host, port: 0, exclusive: true }, () => {
      from.bind({ address: host, port: 0, exclusive: true }, () => {
        // What the system refuses to send does not arrive.
        from.send('?', to.address().port, host, () => {});
      });
    });
  });
}
