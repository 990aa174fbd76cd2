-- The database that all tables and views of Drover stand in.
CREATE DATABASE IF NOT EXISTS drover;
