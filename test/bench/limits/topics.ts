/** Topics that only limits are measured on: laid out like those of dispatch. */
import { command, decisionBlock } from '../../../schemas/dispatch.ts'
import { utilityRequest } from '../../../schemas/utility.ts'
import { days, defineTopic } from '../../../topics/define.ts'
import { byDevice } from '../../../topics/keys.ts'

export const bareCommands = defineTopic('bench.commands', {
  ...byDevice,
  about: 'Commands of the bare loop.',
  schema: command,
  retention: days(1),
  writers: ['bench'],
})

export const bareDecisions = defineTopic('bench.decisions', {
  about: 'Decision blocks of the bare loop.',
  schema: decisionBlock,
  keyedBy: 'partition',
  key: (block) => block.eventId,
  placement: 'explicit',
  retention: days(1),
  writers: ['bench'],
})

export const bareRequests = defineTopic('bench.requests', {
  about: 'Requests of a bare HTTP server.',
  schema: utilityRequest,
  keyedBy: 'requester',
  key: (request) => request.requester,
  partitioning: 'one',
  retention: days(1),
  writers: ['bench'],
})
