// The options of scripts. A run of nothing finds nothing, and must not look as if all were well: what is not understood ends with 2.
import { parseArgs } from 'node:util';

/** Reads the command line as `parseArgs` does. */
export function readOptions(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    return refuse(error.message);
  }
}

/** The whole number behind an option, at least so large. */
export function wholeNumber(name, text, least = 1) {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least && text !== '') return number;
  return refuse(`--${name} must be a whole number, ${least} or more: ${text}`);
}

/** Ends with words for whoever typed it. */
export function refuse(sentence) {
  console.error(sentence);
  process.exit(2);
}
