/** Reads the part of a log file that one run of a process wrote. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const readRange = (file: string, from: number): string => {
  const descriptor = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - from))
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, from))
  } finally {
    closeSync(descriptor)
  }
}

/** Everything from byte `start` on; empty if the file is gone. */
export const readFrom = (file: string, start: number): string => {
  try {
    return readRange(file, start)
  } catch {
    return ''
  }
}

/** The last lines written since byte `start`, or a sentence if there are none. */
export const tailFrom = (file: string, start: number, lines = 25): string => {
  const text = readFrom(file, start).trimEnd()
  return text === '' ? '(it wrote nothing)' : text.split('\n').slice(-lines).join('\n')
}
