/** Looks at a file that a command was given before anything else is done: what is wrong with it needs no running stack to be told. */
import { accessSync, constants, statSync } from 'node:fs'

/** The path itself; for commander's arguments. Throws naming the file and why it cannot be read. */
export function readableFile(file: string): string {
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  if (statSync(file).isDirectory()) throw new Error(`${file}: cannot be read (EISDIR)`)
  return file
}
