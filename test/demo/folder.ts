/** The demo's data folder: emptied before each demo, and so only ever one that a demo made. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MARK = 'made-by-the-demo'

/** Throws where the folder holds anything that is not a demo's. */
export function emptyFolder(folder: string): void {
  const isForeign = existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, MARK))
  if (isForeign) throw new Error(`--data: ${folder} was not made by the demo, which would empty it; name another folder, or remove it`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, MARK), '')
}
