import type { Handlers } from '../../src/api/answer.ts';
import { serve } from '../../src/api/rpc-server.ts';
import { METHODS, type Method } from '../../src/api/schema.ts';
import { VERSION } from '../../src/host/process/version.ts';
import { holdProfile } from '../../src/host/profile/profile.ts';
import type { FakeNode } from './fake-node.ts';

/**
 * Makes a fake the running node of the profile in `home`, with a real lock, token and socket: any qpc on this machine attaches to it.
 *
 * @returns what ends it.
 */
export async function serveFake(home: string, fake: FakeNode): Promise<() => Promise<void>> {
  const profile = holdProfile(home, { env: process.env, version: VERSION });
  const call = (method: Method) => (params: unknown) => fake.call(method, params as never);
  const handlers = Object.fromEntries(Object.keys(METHODS).map((method) => [method, call(method as Method)]));
  const server = await serve(
    {
      open: (screen) => {
        const silence = fake.onEvent((event) => screen.tell(event));
        return { handlers: handlers as unknown as Handlers, closed: silence };
      },
      bug: (error) => {
        throw error;
      },
    },
    { path: profile.socket, isToken: profile.isToken },
  );
  return async () => {
    await server.close('the node stops');
    profile.release();
  };
}
