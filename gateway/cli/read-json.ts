/** Reads a file of JSON that a person wrote. */
import { readFileSync } from 'node:fs'

/** Throws naming the file, when it is not there or is no JSON. */
export function readJson(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${file}: is no JSON: ${(error as Error).message}`)
  }
}
