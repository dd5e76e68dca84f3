import { base64, utf8 } from '@scure/base';
import { COPY_BYTES_MAX, LINK_CHARS_MAX } from '../../core/base/limits.ts';

/*
 * What is said to the terminal beside text (Operating System Commands, ECMA-48 §8.3.89). Only ever made from what was
 * checked here: nothing in it can end the command early.
 */

/** How a terminal ends a command; xterm and all others know it. */
const ST = '\x1b\\';

/**
 * Text that is a link to `url` (OSC 8). Parts with one `id` are one link, though a line end is between them. A url that is
 * too long, or that has anything but printable ASCII in it, is not linked.
 */
export function hyperlink(text: string, { url, id }: { readonly url: string; readonly id: string }): string {
  const safe = url.length <= LINK_CHARS_MAX && /^[\x21-\x7e]+$/.test(url) && /^[\w-]+$/.test(id);
  return safe ? `\x1b]8;id=${id};${url}${ST}${text}\x1b]8;;${ST}` : text;
}

/** Puts a text on the clipboard of the terminal (OSC 52 of xterm's ctlseqs); `undefined` when it is more than `COPY_BYTES_MAX`. */
export function clipboard(text: string): string | undefined {
  const bytes = utf8.decode(text);
  return bytes.length > COPY_BYTES_MAX ? undefined : `\x1b]52;c;${base64.encode(bytes)}${ST}`;
}

/** How a terminal takes notices: iTerm2's OSC 9, urxvt's OSC 777, kitty's OSC 99, or only as a bell. */
export type NoticeForm = 'osc9' | 'osc777' | 'osc99' | 'bell';

/** A notice on the desktop. `title` and `body` are cleaned text of one line. */
export function notice(form: NoticeForm, { title, body }: { readonly title: string; readonly body: string }): string {
  const both = body === '' ? title : `${title}: ${body}`;
  switch (form) {
    case 'osc9':
      return `\x1b]9;${plain(both)}${ST}`;
    case 'osc777':
      return `\x1b]777;notify;${plain(title).replaceAll(';', ',')};${plain(body)}${ST}`;
    case 'osc99':
      return `\x1b]99;i=qpc:d=0;${plain(title)}${ST}\x1b]99;i=qpc:p=body;${plain(body)}${ST}`;
    case 'bell':
      return BELL;
  }
}

/** The bell. */
export const BELL = '\x07';

/** Hands a command through tmux or screen to the terminal outside (tmux(1), allow-passthrough; screen(1), string escapes). */
export function passedOn(command: string, through: 'tmux' | 'screen' | undefined): string {
  if (through === 'tmux') return `\x1bPtmux;${command.replaceAll('\x1b', '\x1b\x1b')}${ST}`;
  // screen ends its string at the first ST, and takes 768 bytes at most; a bell ends a command as well.
  if (through === 'screen') return `\x1bP${command.replaceAll(ST, BELL)}${ST}`;
  return command;
}

/** Nothing that would end a command or be obeyed. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ');
