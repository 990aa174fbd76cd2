/** Counts by how much the clocks of a protocol's devices are off. */
import { Histogram, type Registry } from 'prom-client'

/** Clocks of devices are set to the second, off by zones, or never set. */
const BUCKETS_S = [-86_400, -3_600, -300, -60, -10, 0, 10, 60, 300, 3_600, 86_400]

/** Takes seconds: a device's clock less ours. */
export function createClockHistogram(registry: Registry, protocol: string): (seconds: number) => void {
  const skew = new Histogram({
    name: `drover_${protocol}_clock_skew_seconds`,
    help: "Devices' clocks, by the newest time that each stated in ten minutes, less Drover's.",
    buckets: BUCKETS_S,
    registers: [registry],
  })
  return (seconds) => skew.observe(seconds)
}
