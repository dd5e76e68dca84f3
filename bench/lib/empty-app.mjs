// Ink and nothing else, to compare with: `line` draws one line; `screen` a prompt on the last row of a full screen, with what is typed.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { createElement: draw, useState } = await import('react');
const { Box, render, Text, useInput } = await import('ink');

const Line = () => draw(Text, undefined, '❯ ready');

function Screen() {
  const { columns, rows } = process.stdout;
  const [typed, setTyped] = useState('');
  useInput((input, key) => setTyped((was) => (key.ctrl ? '' : was + input)));
  const above = Array(rows - 1)
    .fill(' ')
    .join('\n');
  return draw(
    Box,
    { flexDirection: 'column', width: columns, height: rows },
    draw(Box, { height: rows - 1 }, draw(Text, undefined, above)),
    draw(Text, undefined, `❯ ${typed || ' ready'}`),
  );
}

const full = process.argv[2] === 'screen';
const options = { interactive: true, maxFps: 60, incrementalRendering: true, patchConsole: false };
render(draw(full ? Screen : Line), full ? { ...options, alternateScreen: true } : options);
