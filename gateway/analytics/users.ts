/** Who may ask the analytics engine, and for what: a file that only its owner may read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

/** `analyst` and `settlement` may only read, settlement more at once; `loader` may also insert. */
const roles = ['analyst', 'loader', 'settlement'] as const
export type AnalyticsRole = (typeof roles)[number]

const usersSchema = z.object({
  users: z
    .array(z.object({ name: z.string().min(1), password: z.string().min(16), role: z.enum(roles) }))
    .refine((users) => new Set(users.map(({ name }) => name)).size === users.length, 'names must differ'),
})
export type AnalyticsUser = z.infer<typeof usersSchema>['users'][number]

/** Makes the file with one user per role, named like it, and random passwords, where there is none. */
export function ensureUsers(file: string): void {
  if (existsSync(file)) return
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const users = roles.map((role) => ({ name: role, password: randomBytes(18).toString('base64url'), role }))
  writeFileSync(file, `${JSON.stringify({ users }, null, 2)}\n`, { mode: 0o600 })
}

/** Throws naming the file and the field when it is not sound. */
export function readUsers(file: string): readonly AnalyticsUser[] {
  const parsed = usersSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data.users
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The user whose name and password these are, compared in constant time. */
export function findUser(users: readonly AnalyticsUser[], name: string, password: string): AnalyticsUser | undefined {
  return users.find((user) => user.name === name && timingSafeEqual(digest(user.password), digest(password)))
}
