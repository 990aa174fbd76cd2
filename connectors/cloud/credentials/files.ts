/** The folder of credentials: one file for each, which only its owner may read; tokens are written back whole or not at all. */
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Credential, credentialSchema } from './credential.ts'

export interface CredentialFolder {
  /** Names of the entries. */
  names(): Promise<readonly string[]>
  /** Throws saying every fault of the file, and none of what is in it. */
  read(name: string): Promise<Credential>
  /** Settles when it is on disk under its name: until then the old content stands. */
  write(name: string, credential: Credential): Promise<void>
  /** One at a time, among all processes that share the folder. */
  locked<T>(name: string, work: () => Promise<T>): Promise<T>
}

const FORBIDDEN_BITS = 0o077
const NAME = /^([\w.-]{1,64})\.json$/
const LOCK_PAUSE_MS = 50
/** A lock of a process that died is taken away after this: longer than the work that it guards takes. */
const LOCK_LIFE_MS = 120_000

export function credentialFolder(folder: string): CredentialFolder {
  const fileOf = (name: string): string => join(folder, `${name}.json`)
  return {
    async names() {
      const files = await readdir(folder).catch(() => [] as string[])
      return files.flatMap((file) => NAME.exec(file)?.[1] ?? []).sort()
    },
    read: (name) => readCredential(fileOf(name)),
    async write(name, credential) {
      const draft = `${fileOf(name)}.new`
      const file = await open(draft, 'w', 0o600)
      try {
        await file.writeFile(`${JSON.stringify(credential, null, 2)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, fileOf(name))
    },
    async locked(name, work) {
      const lock = join(folder, `${name}.lock`)
      const held = await takeLock(lock)
      try {
        return await work()
      } finally {
        await held.close()
        await rm(lock, { force: true })
      }
    },
  }
}

async function readCredential(file: string): Promise<Credential> {
  const { mode } = await stat(file)
  const faults = (mode & FORBIDDEN_BITS) === 0 ? [] : ['others may read it: chmod 600']
  const parsed = credentialSchema.safeParse(jsonOf(await readFile(file, 'utf8')))
  if (!parsed.success) faults.push(z.prettifyError(parsed.error))
  if (faults.length > 0 || !parsed.success) throw new Error(`${file}: ${faults.join('; ')}`)
  return parsed.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What the parser would say may quote a secret.
    return undefined
  }
}

async function takeLock(lock: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(lock, 'wx', 0o600)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const since = await stat(lock).catch(() => undefined)
      if (since && Date.now() - since.mtimeMs > LOCK_LIFE_MS) await rm(lock, { force: true })
      else await sleep(LOCK_PAUSE_MS)
    }
  }
}
