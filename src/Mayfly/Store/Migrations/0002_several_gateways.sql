-- Scopes, last use and history of what was decided; what several gateways on one database must know of each other.

ALTER TABLE api_keys ADD COLUMN scopes TEXT NOT NULL DEFAULT 'execute usage';
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
ALTER TABLE accounts ADD COLUMN closed_at BIGINT;

CREATE INDEX api_keys_by_account ON api_keys (account_id);

-- Acts of administration: written with what they did, never changed.
CREATE TABLE audit (
    id       $id$,
    at       BIGINT NOT NULL,
    actor    TEXT NOT NULL,       -- 'key 7' or 'command line'
    act      TEXT NOT NULL,
    subject  TEXT NOT NULL,
    detail   TEXT NOT NULL
);

-- What an execution costs from an instant on. Before the first row: the setting Price:MicroUsd.
CREATE TABLE prices (
    id          $id$,
    micro_usd   BIGINT NOT NULL,
    valid_from  BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

-- Gateways that run, by the database's clock. One that was not seen for a minute is dead: what it had pending is resolved.
CREATE TABLE gateways (
    id          TEXT NOT NULL PRIMARY KEY,
    place       TEXT NOT NULL,    -- machine and data directory: the next one there is its successor
    started_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL
);

ALTER TABLE reservations ADD COLUMN gateway TEXT NOT NULL DEFAULT '';
ALTER TABLE idempotency ADD COLUMN gateway TEXT NOT NULL DEFAULT '';

-- Executions that were begun, charged to nobody and answered to nobody: their gateway died, or their charge could not be
-- written. Never in charges at the same time.
CREATE TABLE voided (
    execution_id  TEXT NOT NULL PRIMARY KEY,
    account_id    BIGINT NOT NULL REFERENCES accounts (id),
    micro_usd     BIGINT NOT NULL,
    why           TEXT NOT NULL,
    voided_at     BIGINT NOT NULL
);

-- What is kept of charges that were removed: their sums.
CREATE TABLE charges_by_day (
    account_id  BIGINT NOT NULL REFERENCES accounts (id),
    key_id      BIGINT NOT NULL REFERENCES api_keys (id),
    day         BIGINT NOT NULL,  -- since 1970-01-01, UTC
    language    TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    executions  BIGINT NOT NULL,
    micro_usd   BIGINT NOT NULL,
    PRIMARY KEY (account_id, key_id, day, language, outcome)
);

CREATE INDEX charges_by_time ON charges (charged_at);
