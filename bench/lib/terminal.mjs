// A program in a real pty, drawn on a terminal model, for measuring when something is on the screen.
import pty from '@lydell/node-pty';
import graphemes from '@xterm/addon-unicode-graphemes';
import headless from '@xterm/headless';

/** How long something may take to be shown, in milliseconds. Then the run has failed. */
const PATIENCE_MS = 60_000;

/** A program of this Node, with `args`, on a screen of 100×30. `started` is the moment at which it was asked for. */
export class Terminal {
  started = performance.now();
  /** Bytes that the program has written. */
  bytes = 0;
  #model = new headless.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
  #child;
  #watchers = new Set();

  constructor(args, env = {}) {
    const { PATH, HOME } = process.env;
    this.#model.loadAddon(new graphemes.UnicodeGraphemesAddon());
    this.#child = pty.spawn(process.execPath, args, {
      cols: 100,
      rows: 30,
      name: 'xterm-256color',
      env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', NODE_ENV: 'production', PATH, HOME, ...env },
    });
    this.#child.onData((text) => {
      this.bytes += Buffer.byteLength(text);
      this.#model.write(text, () => {
        for (const look of [...this.#watchers]) look();
      });
    });
    // Answers to questions of the program.
    this.#model.onData((text) => this.#child.write(text));
    this.ended = new Promise((resolve) => this.#child.onExit(resolve));
  }

  get pid() {
    return this.#child.pid;
  }

  text() {
    const { active } = this.#model.buffer;
    return Array.from({ length: this.#model.rows }, (_, y) => active.getLine(y)?.translateToString(true) ?? '').join(
      '\n',
    );
  }

  type(text) {
    this.#child.write(text);
  }

  /** Resolves, with the milliseconds that it took, as soon as the screen shows `what`. */
  shows(what, since = performance.now()) {
    return this.#until(() => this.text().includes(what), `showed ${what}`, since);
  }

  /** Looks at the screen after every write. */
  #until(holds, name, since) {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(impatience);
        this.#watchers.delete(look);
      };
      const look = () => {
        if (!holds()) return;
        end();
        resolve(performance.now() - since);
      };
      const impatience = setTimeout(() => {
        end();
        reject(new Error(`the screen never ${name}\n${this.text()}`));
      }, PATIENCE_MS);
      this.#watchers.add(look);
      look();
    });
  }

  /** The milliseconds from a key to the frame that shows it, for each of `count` letters, typed into a prompt that begins with `❯`. */
  async keystrokes(count, pauseMs = 40) {
    const times = [];
    let typed = '';
    for (let i = 0; i < count; i++) {
      if (typed.length === 30) {
        await this.#erase(typed);
        typed = '';
      }
      const letter = String.fromCharCode(97 + (i % 26));
      typed += letter;
      const since = performance.now();
      this.type(letter);
      times.push(await this.shows(`❯ ${typed}`, since));
      // Not in step with anything that ticks.
      await pause(pauseMs * (0.5 + Math.random()));
    }
    await this.#erase(typed);
    return times;
  }

  #erase(typed) {
    this.type('\x15');
    return this.#until(() => !this.text().includes(typed), `erased ${typed}`, performance.now());
  }

  /** Ends the program, as a closed terminal would. */
  async close() {
    this.#child.kill('SIGHUP');
    await this.ended;
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
