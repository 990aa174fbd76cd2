/** Reads a file of JSON that a person wrote. */
import { readFileSync } from 'node:fs'
import { readableFile } from './readable-file.ts'

/** Throws naming the file, when it is not there or is no JSON. */
export function readJson(file: string): unknown {
  const text = readFileSync(readableFile(file), 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${file}: is no JSON: ${(error as Error).message}`)
  }
}
