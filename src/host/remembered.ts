/**
 * `make`, with results kept by the bytes they were made from, so that what is dear is made once. Holds at most twice `capacity`
 * results and forgets those used longest ago, a generation at a time: strangers can make it forget, never grow.
 */
export function remembered<Value extends NonNullable<unknown>>(
  capacity: number,
  make: (bytes: Uint8Array) => Value,
): (bytes: Uint8Array) => Value {
  let recent = new Map<string, Value>();
  let older = new Map<string, Value>();
  return (bytes) => {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const known = recent.get(name);
    if (known !== undefined) return known;
    const value = older.get(name) ?? make(bytes);
    if (recent.size >= capacity) {
      older = recent;
      recent = new Map();
    }
    recent.set(name, value);
    return value;
  };
}

/**
 * `make`, with results kept as long as the caller keeps the very array they were made from: for secrets, which must not outlive
 * their owner in a cache. Such an array is never changed in place.
 */
export function rememberedWhileHeld<Value extends NonNullable<unknown>>(
  make: (bytes: Uint8Array) => Value,
): (bytes: Uint8Array) => Value {
  const kept = new WeakMap<Uint8Array, Value>();
  return (bytes) => {
    let value = kept.get(bytes);
    if (value === undefined) {
      value = make(bytes);
      kept.set(bytes, value);
    }
    return value;
  };
}
