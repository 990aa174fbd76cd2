-- One row per record of device.connections.
CREATE TABLE IF NOT EXISTS drover.connection_rows
(
  device_id String COMMENT 'Device.' CODEC(ZSTD(1)),
  at DateTime64(3, 'UTC') COMMENT 'When.' CODEC(Delta(8), ZSTD(1)),
  protocol LowCardinality(String) COMMENT 'Protocol.',
  node LowCardinality(String) COMMENT 'Connector node.',
  opened Bool COMMENT 'True: opened; false: closed.',
  epoch Int64 COMMENT 'With closed: the connection that ended; -1 = this record opened it.' CODEC(T64, ZSTD(1)),
  reason String COMMENT 'Why it closed.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, at, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
