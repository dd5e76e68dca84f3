// Loaded before a program (NODE_OPTIONS=--import): its calendar is off by MOVED_CALENDAR_MS. Timers are as they were.
const movedMs = Number(process.env.MOVED_CALENDAR_MS);
const now = Date.now.bind(Date);
Date.now = () => now() + movedMs;
globalThis.Date = new Proxy(Date, {
  construct: (date, args) => (args.length === 0 ? new date(date.now()) : new date(...args)),
});
