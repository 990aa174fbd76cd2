/** Divides the partitions of the log in memory among the processes of a test, as a consumer group would. */
import type { LogSharer, ShareHooks } from '../../processors/runtime/log.ts'

export interface MemorySharer extends LogSharer {
  /** The member is gone at once: the others get its partitions, and it is not asked to give them up. */
  crash(hooks: ShareHooks): void
}

export function createMemorySharer(partitions: number): MemorySharer {
  const groups = new Map<string, ShareHooks[]>()
  let tail: Promise<void> = Promise.resolve()

  /** Eager, as with the range assignor: all give up, then each gets its range. */
  function rebalance(group: string, change: (members: readonly ShareHooks[]) => readonly ShareHooks[]): Promise<void> {
    tail = tail.then(async () => {
      const before = groups.get(group) ?? []
      await Promise.all(before.map((hooks) => hooks.onRevoked()))
      const after = [...change(before)]
      groups.set(group, after)
      const all = Array.from({ length: partitions }, (_, partition) => partition)
      const each = Math.ceil(partitions / Math.max(1, after.length))
      after.forEach((hooks, index) => {
        hooks.onAssigned(all.slice(index * each, (index + 1) * each))
      })
    })
    return tail
  }

  return {
    async share(_topic, group, hooks) {
      await rebalance(group, (members) => [...members, hooks])
      return { stop: () => rebalance(group, (members) => members.filter((member) => member !== hooks)) }
    },
    crash(hooks) {
      for (const [group, members] of groups) {
        if (!members.includes(hooks)) continue
        groups.set(
          group,
          members.filter((member) => member !== hooks),
        )
        void rebalance(group, (rest) => rest)
      }
    },
  }
}
