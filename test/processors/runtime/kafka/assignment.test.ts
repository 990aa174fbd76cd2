/** Tasks run only where all their inputs arrived together, with the partitions that were declared. */
import { describe, expect, test } from 'vitest'
import { checkTopics, tasksOf } from '../../../../processors/runtime/kafka/assignment.ts'
import { SetupError } from '../../../../processors/runtime/kafka/faults.ts'
import { record, string } from '../../../../schemas/avro.ts'
import { days, defineTopic } from '../../../../topics/define.ts'

const schema = record('Fact', 'A fact.', { deviceId: string('Device.') })
const declared = {
  about: 'A test.',
  schema,
  keyedBy: 'deviceId',
  key: (value: { deviceId: string }) => value.deviceId,
  retention: days(1),
  writers: ['test'],
}
const facts = defineTopic('facts', declared)
const signals = defineTopic('signals', { ...declared, partitioning: 'one' })

describe('an assignment', () => {
  test('gives one task per partition number', () => {
    const assigned = [2, 0].flatMap((partition) => ['a', 'b'].map((topic) => ({ topic, partition })))
    expect(tasksOf(assigned, ['a', 'b'])).toEqual([0, 2])
  })

  test('of nothing gives no task', () => {
    expect(tasksOf([], ['a'])).toEqual([])
  })

  test('where an input is missing is refused, with the partition and the input', () => {
    const assigned = [
      { topic: 'a', partition: 0 },
      { topic: 'b', partition: 0 },
      { topic: 'a', partition: 1 },
    ]
    expect(() => tasksOf(assigned, ['a', 'b'])).toThrow(/partition 1 came without that of b/)
  })
})

describe('the topics of a cluster', () => {
  test('are as declared', () => {
    expect(() =>
      checkTopics(
        [facts, signals],
        new Map([
          ['facts.v1', 6],
          ['signals.v1', 1],
        ]),
        6,
      ),
    ).not.toThrow()
  })

  test('are refused with all faults at once', () => {
    const check = () => checkTopics([facts, signals], new Map([['facts.v1', 12]]), 6)
    expect(check).toThrow(SetupError)
    expect(check).toThrow('facts.v1 has 12 partitions instead of 6; signals.v1 is missing. Run `drover topics apply`')
  })
})
