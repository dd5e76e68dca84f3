import { connect, createServer } from 'node:net';

/* The other traffic: `tcp-child.ts send HOST` gives bytes without end to whoever connects, `tcp-child.ts receive HOST` takes them. */

const PORT = 5001;
const [, , role = '', host = ''] = process.argv;

if (role === 'send') {
  const chunk = Buffer.alloc(64 * 1024, 7);
  createServer((socket) => {
    const more = (): void => {
      while (socket.write(chunk));
    };
    socket.on('drain', more).on('error', () => {});
    more();
  }).listen(PORT, host);
} else {
  const dial = (): void => {
    connect(PORT, host)
      .on('error', () => setTimeout(dial, 100))
      .resume();
  };
  dial();
}
process.on('disconnect', () => process.exit());
