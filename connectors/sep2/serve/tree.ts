/** The whole tree of resources: each path with what it can be asked. */
import type { Client } from '../clients/clients.ts'
import type { World } from '../world.ts'
import type { Shown } from './exchange.ts'
import { findRoute, notFound, type Route, route } from './routes.ts'
import {
  showAssignment,
  showAssignments,
  showCapability,
  showEndDevice,
  showEndDevices,
  showRegistration,
  showTime,
} from './show-devices.ts'
import { showActiveControls, showControl, showControls, showDefaultControl, showProgram, showPrograms } from './show-programs.ts'
import {
  showDer,
  showDerPart,
  showDers,
  showLogEvents,
  showResponseSet,
  showResponseSets,
  showResponses,
  showSubscriptions,
  showUsagePoint,
  showUsagePoints,
} from './show-told.ts'
import { postEndDevice, postLogEvent, putDerPart } from './tell-device.ts'
import { deleteUsagePoint, postMeterReadings, postUsagePoint, putUsagePoint } from './tell-mirror.ts'
import { postResponse } from './tell-response.ts'
import { deleteSubscription, postSubscription, type ReadPath } from './tell-subscription.ts'

export interface Tree {
  readonly routes: readonly Route[]
  /** What a GET of a path would show to a client. Throws a Refusal. */
  read: ReadPath
}

export function createTree(world: World): Tree {
  const read: ReadPath = (client, path, limit) => readPath(routes, world, client, path, limit)
  const routes = [...deviceRoutes(world), ...programRoutes(world), ...derRoutes(world), ...toldRoutes(world, read)]
  return { routes, read }
}

function readPath(routes: readonly Route[], { clock }: World, client: Client, path: string, limit: number): Shown {
  const { methods, params } = findRoute(routes, path)
  if (!methods.GET) throw notFound()
  const query = new URLSearchParams({ l: String(limit) })
  return methods.GET({ client, params, query, body: Buffer.alloc(0), receivedMs: clock.nowMs() })
}

const deviceRoutes = (world: World): readonly Route[] => [
  route('/dcap', { GET: showCapability(world) }),
  route('/tm', { GET: showTime(world) }),
  route('/edev', { GET: showEndDevices(world), POST: postEndDevice(world) }),
  route('/edev/:device', { GET: showEndDevice(world) }),
  route('/edev/:device/rg', { GET: showRegistration(world) }),
  route('/edev/:device/fsa', { GET: showAssignments(world) }),
  route('/edev/:device/fsa/1', { GET: showAssignment(world) }),
]

const programRoutes = (world: World): readonly Route[] => [
  route('/edev/:device/derp', { GET: showPrograms(world) }),
  route('/edev/:device/derp/:program', { GET: showProgram(world) }),
  route('/edev/:device/derp/:program/derc', { GET: showControls(world) }),
  route('/edev/:device/derp/:program/derc/:control', { GET: showControl(world) }),
  route('/edev/:device/derp/:program/actderc', { GET: showActiveControls(world) }),
  route('/edev/:device/derp/:program/dderc', { GET: showDefaultControl(world) }),
]

const derRoutes = (world: World): readonly Route[] => [
  route('/edev/:device/der', { GET: showDers(world) }),
  route('/edev/:device/der/1', { GET: showDer() }),
  ...(['dercap', 'derg', 'ders', 'dera'] as const).map((part) =>
    route(`/edev/:device/der/1/${part}`, { GET: showDerPart(world, part), PUT: putDerPart(world, part) }),
  ),
]

function toldRoutes(world: World, read: ReadPath): readonly Route[] {
  const [responses, logEvents, subscriptions] = [showResponses(world), showLogEvents(world), showSubscriptions(world)]
  return [
    route('/mup', { GET: showUsagePoints(world), POST: postUsagePoint(world) }),
    route('/mup/:id', {
      GET: showUsagePoint(world),
      POST: postMeterReadings(world),
      PUT: putUsagePoint(world),
      DELETE: deleteUsagePoint(world),
    }),
    route('/edev/:device/rsps', { GET: showResponseSets(world) }),
    route('/edev/:device/rsps/1', { GET: showResponseSet(world) }),
    route('/edev/:device/rsps/1/rsp', { GET: responses.many, POST: postResponse(world) }),
    route('/edev/:device/rsps/1/rsp/:id', { GET: responses.one }),
    route('/edev/:device/lel', { GET: logEvents.many, POST: postLogEvent(world) }),
    route('/edev/:device/lel/:id', { GET: logEvents.one }),
    route('/edev/:device/sub', { GET: subscriptions.many, POST: postSubscription(world, read) }),
    route('/edev/:device/sub/:id', { GET: subscriptions.one, DELETE: deleteSubscription(world) }),
  ]
}
