/** The users file is made with passwords of chance, and believed only when it is sound. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ensureUsers, findUser, readUsers } from '../../../gateway/analytics/users.ts'
import { freshFolder } from './open-analytics.ts'

const folder = freshFolder()
const file = join(folder, 'secrets', 'users.json')
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a file is made once, for its owner alone, with a user per role and passwords of chance', () => {
  ensureUsers(file)
  const first = readFileSync(file, 'utf8')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const users = readUsers(file)
  expect(users.map(({ role }) => role)).toEqual(['analyst', 'loader', 'settlement'])
  expect(new Set(users.map(({ password }) => password)).size).toBe(3)
  ensureUsers(file)
  expect(readFileSync(file, 'utf8')).toBe(first)
})

test('a user is found by name and password only', () => {
  const users = [{ name: 'ann', password: 'correct-horse-battery', role: 'analyst' }] as const
  expect(findUser(users, 'ann', 'correct-horse-battery')).toBe(users[0])
  expect(findUser(users, 'ann', 'correct-horse-batter')).toBeUndefined()
  expect(findUser(users, 'bob', 'correct-horse-battery')).toBeUndefined()
  expect(findUser(users, '', '')).toBeUndefined()
})

test('a file that is not sound is refused by name and field', () => {
  ensureUsers(file)
  writeFileSync(file, JSON.stringify({ users: [{ name: 'a', password: 'short', role: 'analyst' }] }))
  expect(() => readUsers(file)).toThrow(/users\.json.*\n.*users\[0\]\.password/s)
})
