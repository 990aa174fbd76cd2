/** Instruments whose counts a test can read. */
import { Registry } from 'prom-client'
import { createOcppInstruments, type OcppInstruments } from '../../../connectors/ocpp/instruments.ts'

export interface ReadableInstruments {
  readonly instruments: OcppInstruments
  /** Sum of a metric over the labels that are not given; names go without `drover_ocpp_`. */
  count(name: string, labels?: Readonly<Record<string, string>>): Promise<number>
}

export function readableInstruments(): ReadableInstruments {
  const registry = new Registry()
  return {
    instruments: createOcppInstruments(registry),
    async count(name, labels = {}) {
      const metric = await registry.getSingleMetric(`drover_ocpp_${name}`)?.get()
      if (!metric) throw new Error(`no metric drover_ocpp_${name}`)
      const values = metric.values.filter((value) => Object.entries(labels).every(([label, text]) => value.labels[label] === text))
      return values.reduce((sum, { value }) => sum + value, 0)
    },
  }
}
