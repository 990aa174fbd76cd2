/** Names a record's place on the log in one word. */

/** topic-partition-offset, as it stands in the causation header and in error messages. */
export const coordinates = (topic: string, partition: number, offset: number): string => `${topic}-${partition}-${offset}`
