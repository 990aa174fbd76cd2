/** How journals, headers, logs and metrics name a task. */
import type { SubTopology } from './define.ts'

export const taskId = (subTopology: SubTopology, partition: number): string => `${subTopology.name}-${partition}`
