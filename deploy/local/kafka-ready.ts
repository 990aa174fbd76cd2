/** Asks a Kafka cluster whether it serves requests. */
import { Kafka, logLevel } from 'kafkajs'

/** True when the cluster names a controller and at least one broker; never throws. `brokers` is a comma-separated list of host:port. */
export const kafkaAnswers = async (brokers: string): Promise<boolean> => {
  const kafka = new Kafka({
    clientId: 'drover-probe',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 2000,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const cluster = await admin.describeCluster()
    return cluster.brokers.length > 0 && cluster.controller !== null
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
