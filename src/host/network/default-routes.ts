import { readFileSync } from 'node:fs';

/** Where what is on no network of this machine is sent: a gateway, in the system's own writing, on an interface. */
export type DefaultRoute = { readonly family: 4 | 6; readonly name: string; readonly gateway: string };

/** Where Linux tells its routes (proc_net(5)). */
export type RouteTables = { readonly v4: string; readonly v6: string };

/** RTF_UP and RTF_REJECT of route(8), in the hexadecimal flags of both tables. */
const UP = 0x1;
const REJECT = 0x200;

/** The default routes of the main table. None where the system does not tell them in files, as Linux does. */
export function defaultRoutes({ v4, v6 }: RouteTables = systemTables()): DefaultRoute[] {
  const routes: DefaultRoute[] = [];
  for (const line of v4.split('\n').slice(1)) {
    const [name, destination, gateway, flags, , , , mask] = line.trim().split(/\s+/);
    if (isZero(destination) && isZero(mask) && leads(flags)) routes.push({ family: 4, name: name!, gateway: gateway! });
  }
  for (const line of v6.split('\n')) {
    const [destination, length, , , gateway, , , , flags, name] = line.trim().split(/\s+/);
    if (isZero(destination) && isZero(length) && leads(flags)) {
      routes.push({ family: 6, name: name!, gateway: gateway! });
    }
  }
  return routes;
}

const systemTables = (): RouteTables => ({ v4: textOf('/proc/net/route'), v6: textOf('/proc/net/ipv6_route') });

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

const isZero = (hex: string | undefined): boolean => hex !== undefined && /^0+$/.test(hex);

const leads = (hexFlags: string | undefined): boolean => (Number.parseInt(hexFlags ?? '0', 16) & (UP | REJECT)) === UP;
