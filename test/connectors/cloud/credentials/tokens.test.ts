/** A rotating refresh token survives crashes: what a vendor gives is on disk before it is used, and several processes share one file. */
import { expect, onTestFinished, test } from 'vitest'
import { type CredentialFolder, credentialFolder } from '../../../../connectors/cloud/credentials/files.ts'
import { createTokens, TokenRefusedError } from '../../../../connectors/cloud/credentials/tokens.ts'
import { credentialsDir, keyed, refreshing } from '../../../support/credentials.ts'
import { startVendor } from '../../../vendors/http.ts'
import { createTokenServer } from '../../../vendors/tokens.ts'

const LIFE_S = 3600

async function setUp() {
  const clock = { now: Date.UTC(2026, 6, 1), nowMs: () => clock.now, rate: 1 }
  const tokens = createTokenServer({ clock, lifeS: LIFE_S })
  const vendor = await startVendor({
    clock,
    handle: (request) => (request.path === 'token' ? tokens.handle(request) : { status: tokens.knows(request) ? 200 : 401 }),
  })
  onTestFinished(() => vendor.stop())
  const folder = credentialFolder(credentialsDir({ c: refreshing('v', vendor.baseUrl, tokens.first.refreshToken) }))
  const open = (files: CredentialFolder = folder) => createTokens({ name: 'c', folder: files, clock, timeoutMs: 2_000 })
  const isTaken = async (token: string | undefined): Promise<boolean> =>
    (await fetch(`${vendor.baseUrl}/any`, { headers: { authorization: `Bearer ${token}` } })).status === 200
  return { clock, tokens, vendor, folder, open, isTaken }
}

test('tokens are renewed before they end, each with the refresh token of the one before', async () => {
  const { clock, open, isTaken, tokens } = await setUp()
  const keeper = open()
  for (let hour = 0; hour < 5; hour += 1) {
    const { token } = await keeper.identify()
    expect(await isTaken(token)).toBe(true)
    clock.now += LIFE_S * 1000
  }
  expect(tokens.refreshed()).toBe(5)
})

test('a crash after the answer and before the file has it locks nobody out, since what it gave was never used', async () => {
  const { folder, open, isTaken } = await setUp()
  const crashing: CredentialFolder = { ...folder, write: () => Promise.reject(new Error('crash')) }
  await expect(open(crashing).identify()).rejects.toThrow('crash')
  const { token } = await open().identify()
  expect(await isTaken(token)).toBe(true)
})

test('a crash after the file has it goes on with what is there', async () => {
  const { open, isTaken, tokens } = await setUp()
  const { token } = await open().identify()
  const after = await open().identify()
  expect(after.token).toBe(token)
  expect(await isTaken(after.token)).toBe(true)
  expect(tokens.refreshed()).toBe(1)
})

test('two processes with one file renew once between them', async () => {
  const { open, tokens } = await setUp()
  const [one, other] = await Promise.all([open().identify(), open().identify()])
  expect(one.token).toBe(other.token)
  expect(tokens.refreshed()).toBe(1)
})

test('a vendor that gives no token any more is told apart from one that does not answer', async () => {
  const { open, tokens, vendor } = await setUp()
  tokens.isClosed = true
  await expect(open().identify()).rejects.toThrow(TokenRefusedError)
  vendor.mood = 'errors'
  await expect(open().identify()).rejects.not.toThrow(TokenRefusedError)
})

test('a plain key needs no token', async () => {
  const { clock } = await setUp()
  const folder = credentialFolder(credentialsDir({ k: keyed('solaredge', 'http://127.0.0.1:9') }))
  expect((await createTokens({ name: 'k', folder, clock, timeoutMs: 100 }).identify()).token).toBeUndefined()
})
