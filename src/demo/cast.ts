/** The channel in which everybody talks. */
export const CHANNEL = 'demo';

/** Who lives in the demo, in the order of the line: `you — ada — ben — cleo — dan — esi`. Each knows only its two neighbours. */
export const CAST = ['ada', 'ben', 'cleo', 'dan', 'esi'] as const;
/** One of them, by name. */
export type Actor = (typeof CAST)[number];

/** Who answers direct messages: the one at the far end, so that they cross every link. */
export const ANSWERS: Actor = 'esi';

/** What the neighbour says when you arrive. */
export const WELCOME =
  'hi, I am ada, the only node that yours is connected to · the others are behind me: a number beside a line says how many links it crossed';

/** What is said in the channel, in this order, again and again. */
export const SCRIPT: readonly { readonly who: Actor; readonly text: string }[] = [
  { who: 'ben', text: 'morning all, the kettle is on' },
  { who: 'esi', text: 'hello from the far end of the line' },
  { who: 'ada', text: 'somebody new is next to me, be nice' },
  { who: 'cleo', text: 'welcome! your words pass through me, but I only read what is meant for #demo' },
  { who: 'dan', text: 'the weather on the hill: fog, then more fog' },
  { who: 'esi', text: 'here it is sunny, but here is 127.0.0.1 as well' },
  { who: 'ben', text: 'who took the good antenna?' },
  { who: 'dan', text: 'not me. it was me. it works very well' },
  { who: 'ada', text: 'try /mesh peers: you see one of us, and know of five' },
  { who: 'cleo', text: 'and /mesh route shows how far each of us is' },
  { who: 'esi', text: 'write to me: /mesh send esi hello. I always answer' },
  { who: 'ben', text: 'the bread is out of the oven, which cannot be sent by radio yet' },
  { who: 'dan', text: 'somebody should write a draft about that' },
  { who: 'cleo', text: 'no server was asked for any of this, by the way' },
  { who: 'ada', text: 'if I vanish your messages wait, and go on when I am back' },
  { who: 'esi', text: 'quiet evening on the mesh. I like it' },
];

/** What the one who answers says, in turn; `HOPS` is how many links the question crossed. */
export const REPLIES: readonly string[] = [
  'got it, after HOPS hops; this goes back the same way',
  'HOPS links between us, and nobody on the way can read this',
  'I am a small program, so I say this to everybody: you write well',
  'yes! or no. /mesh route esi shows the way that I am better at',
  'that arrived, as all the others did; look at the sign beside your message',
];
