-- Where each raw body stands, with its checksum; the body itself stays on the log.
CREATE TABLE IF NOT EXISTS drover.raw_telemetry_rows
(
  device_id String COMMENT 'Device or meter.' CODEC(ZSTD(1)),
  received_at DateTime64(3, 'UTC') COMMENT 'Receipt.' CODEC(Delta(8), ZSTD(1)),
  protocol LowCardinality(String) COMMENT 'Protocol; none = import.',
  kind LowCardinality(String) COMMENT 'Message name.',
  source String COMMENT 'Connector node, or file with its lines.' CODEC(ZSTD(1)),
  epoch Int64 COMMENT 'Connection epoch; -1 = none.' CODEC(T64, ZSTD(1)),
  content_type LowCardinality(String) COMMENT 'Media type.',
  body_bytes UInt32 COMMENT 'Size of the body.' CODEC(T64, ZSTD(1)),
  sha256 String COMMENT 'SHA-256 of the body, hex.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (device_id, received_at, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
