-- One row per record of enrollment.changes.
CREATE TABLE IF NOT EXISTS drover.enrollment_change_rows
(
  device_id String COMMENT 'Device or meter.' CODEC(ZSTD(1)),
  kind LowCardinality(String) COMMENT 'What happened.',
  change_id String COMMENT 'De-duplicates.' CODEC(ZSTD(1)),
  effective_from DateTime64(3, 'UTC') COMMENT 'First instant.' CODEC(Delta(8), ZSTD(1)),
  effective_until Nullable(DateTime64(3, 'UTC')) COMMENT 'End, exclusive; null = open.' CODEC(ZSTD(1)),
  program_id Nullable(String) COMMENT 'Program, where it is about one.',
  event_id Nullable(String) COMMENT 'Event, where it is about one.',
  site_id Nullable(String) COMMENT 'Site.',
  meter_id Nullable(String) COMMENT 'Meter that settles it.',
  resource_id Nullable(String) COMMENT 'Resource.',
  registration LowCardinality(Nullable(String)) COMMENT 'Life cycle at the utility.',
  vendor LowCardinality(Nullable(String)) COMMENT 'Vendor, with attributes.',
  protocol LowCardinality(Nullable(String)) COMMENT 'Protocol, with attributes.',
  rated_w Nullable(Int64) COMMENT 'Rated power, W, with attributes.' CODEC(ZSTD(1)),
  customer_id String COMMENT 'Opaque id of the customer, with attributes whose extra.customerId names one.' CODEC(ZSTD(1)),
  groups Array(String) COMMENT 'Groups of the device, with attributes whose extra.groups names some.' CODEC(ZSTD(1)),
  actor LowCardinality(String) COMMENT 'What sort of party.',
  actor_id String COMMENT 'Opaque id of the party.' CODEC(ZSTD(1)),
  reason String COMMENT 'Why.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (device_id, effective_from, topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 1000;
