/** Makes keys ready for node-rdkafka, which cuts a string short at its first NUL, where the keys of stores have one between their parts. */

/** The key to produce a record with: a Buffer only where a string would be cut, as strings are handed over faster. */
export const wireKey = (key: string): string | Buffer => (key.includes('\u0000') ? Buffer.from(key) : key)
