/** Names the writer of a record in its `producer` header: the task and the version of its code. */

export const producerOf = (taskId: string, codeVersion: string): string => `${taskId}@${codeVersion}`

/** The task that wrote a record with this header; empty = an edge, or the task that is at home there. */
export const taskOf = (producer: string): string => producer.slice(0, Math.max(0, producer.indexOf('@')))
