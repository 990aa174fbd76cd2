/** Credentials are read with all their faults told and none of their secrets, and written whole or not at all. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { credentialFolder } from '../../../../connectors/cloud/credentials/files.ts'
import { credentialsDir, keyed, refreshing, writeCredential } from '../../../support/credentials.ts'

const sound = refreshing('ecobee', 'https://api.example/1', 'refresh-token-1')

test('an entry is read under its name', async () => {
  const folder = credentialFolder(credentialsDir({ one: sound, two: keyed('solaredge', 'https://api.example') }))
  expect(await folder.names()).toEqual(['one', 'two'])
  expect(await folder.read('one')).toEqual(sound)
})

test('all faults of a file are told at once, and nothing that is in it', async () => {
  const dir = credentialsDir({})
  writeCredential(
    dir,
    'bad',
    { ...sound, baseUrl: 'http://api.example', identity: { kind: 'apiKey', apiKey: 'short' }, extra: 'hush-hush' },
    0o644,
  )
  const fault = await credentialFolder(dir)
    .read('bad')
    .catch((error: Error) => error.message)
  expect(fault).toMatch(/chmod 600/)
  expect(fault).toMatch(/must be https/)
  expect(fault).toMatch(/apiKey/)
  expect(fault).not.toMatch(/short|hush-hush/)
})

test('a file that is no JSON is told of without its text', async () => {
  const dir = credentialsDir({})
  writeCredential(dir, 'torn', '{"secret": "abc', 0o600)
  await expect(credentialFolder(dir).read('torn')).rejects.not.toThrow(/abc/)
})

test('what is written replaces the file whole, for its owner only, and leaves nothing beside it', async () => {
  const dir = credentialsDir({ one: sound })
  const folder = credentialFolder(dir)
  await folder.write('one', { ...sound, vendor: 'other' })
  expect(JSON.parse(readFileSync(join(dir, 'one.json'), 'utf8'))).toMatchObject({ vendor: 'other' })
  expect(statSync(join(dir, 'one.json')).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['one.json'])
})

test('work under a lock is done one at a time, also when it fails', async () => {
  const folder = credentialFolder(credentialsDir({ one: sound }))
  const story: string[] = []
  const work = (name: string) =>
    folder.locked('one', async () => {
      story.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      story.push(`${name} ends`)
      if (name === 'a') throw new Error('a fails')
    })
  await Promise.allSettled([work('a'), work('b'), work('c')])
  expect(story).toHaveLength(6)
  for (let index = 0; index < 6; index += 2) expect(story[index + 1]).toBe(story[index]?.replace('begins', 'ends'))
})
