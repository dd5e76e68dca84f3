/**
 * Writes to a pty as a terminal does, a little at a time: a write of more than the system takes at once would hold up this process, which
 * could then not read what the program writes meanwhile, and both would wait for one another.
 *
 * @param write is given pieces that the system takes at once, as soon as the one before was read.
 */
export function typist(write: (text: string) => void): (text: string) => void {
  const waiting: string[] = [];
  let busy = false;
  const next = (): void => {
    const text = waiting.shift();
    busy = text !== undefined;
    if (text === undefined) return;
    write(text);
    setImmediate(next);
  };
  return (text) => {
    // Between code points, or the two halves of one would be two that are none.
    waiting.push(...(text.match(PIECES) ?? []));
    if (!busy) next();
  };
}

/** At most so many letters in one write: a pty takes 4096 bytes before its program has read any. */
const PIECES = /[\s\S]{1,1000}/gu;
