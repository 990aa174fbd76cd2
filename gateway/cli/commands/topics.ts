/** `drover topics`: what provisioning would do, and doing it. */
import type { Command } from 'commander'
import { changelogTopics } from '../../../processors/runtime/changelog.ts'
import { topology } from '../../../processors/topology.ts'
import { asyncApiDocument } from '../../../topics/asyncapi.ts'
import { catalogue } from '../../../topics/catalogue.ts'
import type { Plan } from '../../../topics/provision/plan.ts'
import { describeAction } from '../../../topics/provision/plan.ts'
import { provision, readPlan } from '../../../topics/provision/provision.ts'
import { codeVersion } from '../code-version.ts'
import type { Session } from '../session.ts'

const topics = [...catalogue, ...topology.subTopologies.flatMap(changelogTopics)]

function print(plan: Plan, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(plan))
    return
  }
  for (const action of plan.actions) console.log(`  ${describeAction(action)}`)
  for (const refusal of plan.refusals) console.log(`  refused: ${refusal.topic}: ${refusal.words}`)
  console.log(
    plan.actions.length + plan.refusals.length === 0 ? 'nothing to do' : `${plan.actions.length} to do, ${plan.refusals.length} refused`,
  )
}

export function addTopicCommands(program: Command, session: Session): void {
  const group = program.command('topics').description('plan and provision topics and schemas')
  const given = (options: { partitions?: string }) => ({
    brokers: session.environment().stack.brokers,
    topics,
    devicePartitions: options.partitions === undefined ? null : Number(options.partitions),
  })
  const partitions = ['--partitions <n>', 'partitions of device-keyed topics on a fresh cluster; never changed later'] as const
  group
    .command('plan')
    .description('say what apply would do')
    .option(...partitions)
    .option('--json', 'as JSON')
    .action(async (options: { partitions?: string; json?: boolean }) => {
      const plan = await readPlan(given(options))
      print(plan, options.json === true)
      if (plan.refusals.length > 0) process.exitCode = 1
    })
  group
    .command('asyncapi')
    .description('print the AsyncAPI 3 document of all topics; needs no broker')
    .action(() => console.log(JSON.stringify(asyncApiDocument(codeVersion), null, 2)))
  group
    .command('apply')
    .description('create what is missing; refuses to shrink, re-key or shorten')
    .option(...partitions)
    .option('--json', 'as JSON')
    .action(async (options: { partitions?: string; json?: boolean }) =>
      print(await provision(given(options), session.schemas()), options.json === true),
    )
}
