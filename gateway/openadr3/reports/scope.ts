/** Says whose values a reportDescriptor wants: those of the whole program as one sum, or those of resources. */
import type { Event, ReportDescriptor } from '../model/event.ts'
import { type Ourselves, resolveTargets } from '../targets.ts'

/** `resourceIds` null: the whole program. */
export type ReportScope = { readonly resourceIds: readonly string[] | null } | { readonly unsupported: string }

const program: ReportScope = { resourceIds: null }

/**
 * Resources that targets name; null where they name everybody. Those of the event are the default (reportDescriptor.targets), and where they
 * are groups or places, the report is on the whole program, as those are known to dispatch only.
 */
function named({ targets }: ReportDescriptor, event: Event, us: Ourselves): ReportScope {
  const own = targets !== undefined && targets.length > 0
  const resolved = resolveTargets(own ? targets : event.targets, us)
  if (resolved === 'not ours') return { unsupported: 'targets: they name other VENs' }
  const other = resolved.find(({ kind }) => kind !== 'resource' && kind !== 'all')
  if (other && own) return { unsupported: `targets: ${other.kind} ${other.ids.join(', ')} is not reported on apart, only resources are` }
  if (other || resolved.some(({ kind }) => kind === 'all')) return program
  return { resourceIds: resolved.flatMap(({ ids }) => ids) }
}

export interface ScopeQuestion {
  readonly descriptor: ReportDescriptor
  readonly event: Event
  readonly us: Ourselves
  /** Resources of the program, ascending; undefined where it does not settle resources. */
  readonly resources: readonly string[] | undefined
}

/** aggregate is false by default: one entry per resource, where the program settles resources and has any (schema reportDescriptor). */
export function scopeOf({ descriptor, event, us, resources }: ScopeQuestion): ReportScope {
  const wanted = named(descriptor, event, us)
  if ('unsupported' in wanted) return wanted
  const { resourceIds } = wanted
  if (resources === undefined)
    return resourceIds && descriptor.targets?.length ? { unsupported: 'targets: the program settles no resources' } : program
  const ours = resources.filter((id) => resourceIds?.includes(id))
  if (resourceIds)
    return ours.length > 0 ? { resourceIds: ours } : { unsupported: `targets: ${resourceIds.join(', ')} is no resource of ours` }
  return descriptor.aggregate === true || resources.length === 0 ? program : { resourceIds: resources }
}
