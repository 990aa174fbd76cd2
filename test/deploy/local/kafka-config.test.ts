/** Tests what the broker is configured with, and that its script survives any path. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { renderKafkaConfig, renderKafkaScript } from '../../../deploy/local/kafka-config.ts'

test('every listener is on 127.0.0.1', () => {
  const lines = renderKafkaConfig('/data/log', { broker: 1111, controller: 2222 }).trimEnd().split('\n')
  expect(lines).toContain('log.dirs=/data/log')
  expect(lines).toContain('listeners=PLAINTEXT://127.0.0.1:1111,CONTROLLER://127.0.0.1:2222')
  expect(lines).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:1111')
  expect(lines.every((line) => /^[a-z.]+=[^=]+$/.test(line))).toBe(true)
})

test('the script formats only when asked, and passes odd paths on as they are', () => {
  // `echo` in the place of Java shows the words that Java would get.
  const wordsOf = (newClusterId?: string): string[] => {
    const program = { java: 'echo', classPath: "/it's here/*", configFile: '/a "b" $HOME.properties' }
    const script = renderKafkaScript(newClusterId === undefined ? program : { ...program, newClusterId })
    return spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).stdout.trimEnd().split('\n')
  }
  const [serve, ...rest] = wordsOf()
  expect(rest).toEqual([])
  expect(serve).toMatch(/ -cp \/it's here\/\* kafka\.Kafka \/a "b" \$HOME\.properties$/)
  const [format, thenServe] = wordsOf('abc')
  expect(format).toMatch(/kafka\.tools\.StorageTool format --ignore-formatted -t abc -c \/a "b" \$HOME\.properties$/)
  expect(thenServe).toBe(serve)
})
