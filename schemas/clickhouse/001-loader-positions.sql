-- How far the loader has come: every record below next_offset is in the tables. Read the greatest.
CREATE TABLE IF NOT EXISTS drover.loader_positions
(
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  next_offset Int64 COMMENT 'First offset that is not loaded.',
  loaded_at DateTime64(3, 'UTC') COMMENT 'When this was written.'
)
ENGINE = ReplacingMergeTree(next_offset)
ORDER BY (topic, partition);
