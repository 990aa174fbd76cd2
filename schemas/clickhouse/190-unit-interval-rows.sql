-- One row per record of settlement.intervals, no longer than a day; a day of the units that one task settles lies together.
CREATE TABLE IF NOT EXISTS drover.unit_interval_rows
(
  program_id LowCardinality(String) COMMENT 'Program that settles it; empty = any.',
  unit_id String COMMENT 'Unit.' CODEC(ZSTD(1)),
  unit_kind LowCardinality(String) COMMENT 'What the unit is.',
  device_id String COMMENT 'Contributor.' CODEC(ZSTD(1)),
  channel LowCardinality(String) COMMENT 'What was measured.',
  source LowCardinality(String) COMMENT 'Where from.',
  event_ids Array(String) COMMENT 'Events that had dispatched the contributor.' CODEC(ZSTD(1)),
  start_at DateTime64(3, 'UTC') COMMENT 'Start of the first interval.' CODEC(Delta(8), ZSTD(1)),
  step_s UInt32 COMMENT 'Length of each, seconds.' CODEC(T64, ZSTD(1)),
  revision UInt32 COMMENT 'Greatest of the block; later ones replace earlier ones.' CODEC(T64, ZSTD(1)),
  whs Array(Int64) COMMENT 'Energies, Wh.' CODEC(T64, ZSTD(1)),
  qualities Array(Enum8('measured' = 0, 'estimated' = 1, 'modelled' = 2, 'edited' = 3, 'missing' = 4)) COMMENT 'Worst quality that went into each.' CODEC(ZSTD(1)),
  coverages_permille Array(UInt16) COMMENT 'Share of each that readings cover, thousandths.' CODEC(T64, ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(start_at)
ORDER BY (program_id, partition, toDate(start_at), unit_id, start_at, step_s, device_id, channel, source, topic, offset)
SETTINGS non_replicated_deduplication_window = 1000;
