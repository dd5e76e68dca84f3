import { spawn } from 'node:child_process';

/**
 * Hands a link to the program that opens links on this computer. Nothing of it reaches a shell.
 *
 * @returns why it could not, or nothing.
 */
export function openLink(url: string, platform: NodeJS.Platform = process.platform): Promise<string | undefined> {
  const [program, ...words] = OPENERS[platform] ?? ['xdg-open'];
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const child = spawn(program!, [...words, url], { detached: true, stdio: 'ignore' });
  child.once('error', () => resolve(`${program} is not on this computer`));
  child.once('spawn', () => resolve(undefined));
  child.unref();
  return promise;
}

const OPENERS: { readonly [Platform in NodeJS.Platform]?: readonly string[] } = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
