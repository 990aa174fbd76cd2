/** Who may call REST, and for what: bearer tokens in a file that only its owner may read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

/**
 * `operator`: everything. `program`: terms and events of the programs named. `deviceOwner`: opting out and in, suspending and
 * resuming the devices named. `analyst`: reading.
 */
export const scopes = ['operator', 'program', 'deviceOwner', 'analyst'] as const
export type Scope = (typeof scopes)[number]

const tokenSchema = z
  .strictObject({
    /** Stands on the log as who did it; the token itself never does. */
    name: z.string().min(1),
    token: z.string().min(24),
    scope: z.enum(scopes),
    programs: z.array(z.string().min(1)).default([]),
    devices: z.array(z.string().min(1)).default([]),
  })
  .refine(({ scope, programs }) => scope !== 'program' || programs.length > 0, 'programs: a program token names at least one')
  .refine(({ scope, devices }) => scope !== 'deviceOwner' || devices.length > 0, 'devices: a device owner token names at least one')

const fileSchema = z.strictObject({
  tokens: z.array(tokenSchema).refine((tokens) => new Set(tokens.map(({ name }) => name)).size === tokens.length, 'names must differ'),
})
export type Token = z.infer<typeof tokenSchema>

/** Makes the file with a random token for an operator and an analyst, where there is none. */
export function ensureTokens(file: string): void {
  if (existsSync(file)) return
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const tokens = (['operator', 'analyst'] as const).map((scope) => ({ name: scope, token: randomBytes(24).toString('base64url'), scope }))
  writeFileSync(file, `${JSON.stringify({ tokens }, null, 2)}\n`, { mode: 0o600 })
}

/** Throws naming the file and the field when it is not sound, or when others may read it. */
export function readTokens(file: string): readonly Token[] {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file}: others may read it; run chmod 600 on it`)
  const parsed = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data.tokens
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The token that was presented; every known one is compared, in constant time. */
export function findToken(tokens: readonly Token[], presented: string): Token | undefined {
  const given = digest(presented)
  return tokens.filter(({ token }) => timingSafeEqual(digest(token), given))[0]
}
