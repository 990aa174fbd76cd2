/** Questions of a task: each is put once at a time, and its answer is for the task that asked. */
import { expect, it } from 'vitest'
import { ask } from '../../../../processors/runtime/kafka/asking.ts'
import type { Member } from '../../../../processors/runtime/kafka/member.ts'
import { createSlot, resetSlot } from '../../../../processors/runtime/kafka/slot.ts'
import type { Task } from '../../../../processors/runtime/task-contract.ts'

const aTask = (id: string) => ({ id, partition: 0, inputTopics: [], urgentTopics: new Set() }) as unknown as Task
const asked = (unit: string) => ({ processor: 'settlement', name: 'history', question: { unit } })

/** A member whose answers come when told. */
function aStage() {
  const put: { readonly unit: string; readonly resolve: (answer: string) => void; readonly reject: (error: Error) => void }[] = []
  const failures: string[] = []
  const answers = {
    'settlement.history': ({ unit }: { unit: string }) =>
      new Promise((resolve, reject) => {
        put.push({ unit, resolve, reject })
      }),
  }
  const events = { answerFailed: ({ message }: { message: string }) => failures.push(message) }
  const member = { setup: { answers, events }, wake: { wake: () => undefined } } as unknown as Member
  return { member, slot: createSlot(aTask('a')), put, failures }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

it('what is asked again while it is being answered is not put twice, and another question is', async () => {
  const { member, slot, put } = aStage()
  ask(member, slot, [asked('1')])
  ask(member, slot, [asked('1'), asked('2')])
  expect(put.map(({ unit }) => unit)).toEqual(['1', '2'])
  put[0]?.resolve('one')
  await settle()
  expect(slot.answers).toEqual([{ asked: asked('1'), answer: 'one' }])
})

it.each(['answered', 'failed'])('what was %s can be asked again', async (how) => {
  const { member, slot, put, failures } = aStage()
  ask(member, slot, [asked('1')])
  if (how === 'answered') put[0]?.resolve('one')
  else put[0]?.reject(new Error('out of reach'))
  await settle()
  ask(member, slot, [asked('1')])
  expect(put).toHaveLength(2)
  expect(failures).toEqual(how === 'failed' ? ['out of reach'] : [])
})

it('a restored task asks anew, and gets no answer to what was asked before', async () => {
  const { member, slot, put } = aStage()
  ask(member, slot, [asked('1')])
  resetSlot(slot, aTask('a'))
  ask(member, slot, [asked('1')])
  expect(put).toHaveLength(2)
  put[0]?.resolve('stale')
  await settle()
  expect(slot.answers).toEqual([])
})
