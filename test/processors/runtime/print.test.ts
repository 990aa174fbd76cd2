/** A topology prints as Mermaid text, the same every time. */
import { expect, it } from 'vitest'
import { printTopology } from '../../../processors/runtime/print.ts'
import { toyTopology } from '../../driver/toy.ts'

it('draws logs, views, tables and urgent inputs in the order of declaration', () => {
  expect(printTopology(toyTopology)).toBe(`flowchart LR
  topic_toy_owner_changes_v1(["toy.owner.changes"])
  topic_toy_readings_v1(["toy.readings"])
  topic_toy_billing_orders_v1(["toy.billing.orders"])
  topic_toy_owners_v1[("toy.owners")]
  topic_toy_windows_v1(["toy.windows"])
  topic_toy_bills_v1(["toy.bills"])
  subgraph metering["metering, tasks: device"]
    processor_owner_fold["owner-fold"]
    processor_windower["windower"]
  end
  subgraph billing["billing, tasks: device"]
    processor_biller["biller"]
  end
  topic_toy_owner_changes_v1 --> processor_owner_fold
  processor_owner_fold --> topic_toy_owners_v1
  topic_toy_readings_v1 --> processor_windower
  processor_windower --> topic_toy_windows_v1
  topic_toy_windows_v1 --> processor_biller
  topic_toy_billing_orders_v1 ==> processor_biller
  topic_toy_owners_v1 -.-> processor_biller
  processor_biller --> topic_toy_bills_v1
`)
})
