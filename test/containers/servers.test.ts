/** What the tests in containers run on is in containers, and is real. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { long, record, string } from '../../schemas/avro.ts'
import { days, defineTopic } from '../../topics/define.ts'
import { useBroker } from '../support/broker.ts'
import { mirrorIn } from './debian-mirror.ts'
import { LABEL } from './leftovers.ts'

const containers = (): readonly string[] =>
  execFileSync('docker', ['ps', '--filter', `name=drover-test-.*-${process.ppid}`, '--format', `{{.Label "${LABEL}"}} {{.State}}`], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .sort()

test('broker and registry of this run are in containers', () => {
  expect(containers()).toEqual(['kafka running', 'registry running'])
})

test('records go through the broker and the registry in containers', async () => {
  const broker = useBroker()
  const note = record('Note', 'A note.', { deviceId: string('Device.'), count: long('Count.') })
  const topic = defineTopic(`${broker.uniquePrefix()}.notes`, {
    about: 'A test.',
    schema: note,
    keyedBy: 'deviceId',
    key: (value: { readonly deviceId: string }) => value.deviceId,
    retention: days(1),
    writers: ['test'],
  })
  await broker.provision([topic])
  const writer = await broker.openWriter()
  await writer.append(topic, { deviceId: 'd', count: 7 })
  await writer.close()
  expect((await broker.readAll(topic)).map(({ value }) => value)).toEqual([{ deviceId: 'd', count: 7 }])
})

test('the Debian archive is taken from either format of the sources of apt', () => {
  expect(mirrorIn(['# deb http://a/debian x main\nTypes: deb\nURIs: http://mirror/debian\nSuites: bookworm'])).toBe('http://mirror/debian')
  expect(mirrorIn(['deb [signed-by=/k] https://m/debian/ bookworm main'])).toBe('https://m/debian/')
  expect(mirrorIn(['deb http://archive.ubuntu.com/ubuntu jammy main'])).toBe('http://deb.debian.org/debian')
})
