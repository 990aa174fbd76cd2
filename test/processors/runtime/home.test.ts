/** Whose a record is: told by its header, or by where it stands. */
import { expect, test } from 'vitest'
import { homeTopics, recordsOf } from '../../../processors/runtime/home.ts'
import { topology } from '../../../processors/topology.ts'
import * as topics from '../../../topics/catalogue.ts'
import { toyBilling } from '../../driver/toy.ts'

const find = (name: string) => {
  const found = topology.subTopologies.find((subTopology) => subTopology.name === name)
  if (!found) throw new Error(name)
  return found
}

test('a task is at home where its sub-topology alone writes: not where edges or several write, nor on topics of another count', () => {
  const homes = homeTopics(find('dispatch'))
  expect([topics.dispatchCommands.ocpp, topics.dispatchDecisions].every(({ name }) => homes.has(name))).toBe(true)
  expect(homes.has('state.dispatcher.ledger.v1')).toBe(true)
  expect([topics.programCapacity, topics.rejectedRecords, topics.enrollmentState].some(({ name }) => homes.has(name))).toBe(false)
  expect(homeTopics(find('control')).has(topics.utilityOpts.name)).toBe(false)
})

test('a record with a header is of the task that it names, one without of the task at home', () => {
  const isOwn = recordsOf(toyBilling, 1)
  const topic = 'state.biller.totals.v1'
  expect(isOwn({ topic, partition: 1, producer: '' })).toBe(true)
  expect(isOwn({ topic, partition: 0, producer: '' })).toBe(false)
  expect(isOwn({ topic: 'toy.readings.v1', partition: 1, producer: '' })).toBe(false)
  expect(isOwn({ topic: 'toy.readings.v1', partition: 0, producer: 'billing-1@2' })).toBe(true)
  expect(isOwn({ topic, partition: 1, producer: 'billing-11@2' })).toBe(false)
})
