-- One row per record of device.acks.
CREATE TABLE IF NOT EXISTS drover.ack_rows
(
  device_id String COMMENT 'Device.' CODEC(ZSTD(1)),
  command_id String COMMENT 'Command.' CODEC(ZSTD(1)),
  seq Int64 COMMENT 'Its seq.' CODEC(T64, ZSTD(1)),
  status LowCardinality(String) COMMENT 'What was seen.',
  seen_at DateTime64(3, 'UTC') COMMENT 'When.' CODEC(Delta(8), ZSTD(1)),
  epoch Int64 COMMENT 'Connection epoch; -1 = none.' CODEC(T64, ZSTD(1)),
  node LowCardinality(String) COMMENT 'Connector node.',
  vendor_handle String COMMENT 'Id that the device or vendor gave.' CODEC(ZSTD(1)),
  code LowCardinality(String) COMMENT 'Answer code, verbatim.',
  detail String COMMENT 'More.' CODEC(ZSTD(1)),
  release Bool COMMENT 'True: the command was a release.',
  part String COMMENT 'Part of the timeline that it is about; empty = the whole.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, command_id, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
