-- Instants are Unix milliseconds in UTC, money is micro-dollars, booleans are null or an instant.

CREATE TABLE accounts (
    id          $id$,
    name        TEXT NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL
);

INSERT INTO accounts (name, created_at) VALUES ('default', 0);

CREATE TABLE api_keys (
    id                  $id$,
    account_id          BIGINT NOT NULL REFERENCES accounts (id),
    hash                $bytes$ NOT NULL UNIQUE,        -- SHA-256 of the key; the key itself is nowhere
    last_four           TEXT NOT NULL,
    name                TEXT NOT NULL,
    created_at          BIGINT NOT NULL,
    expires_at          BIGINT,
    revoked_at          BIGINT,
    rate_per_minute     BIGINT,
    concurrency         BIGINT,
    budget_micro_usd    BIGINT,
    spent_micro_usd     BIGINT NOT NULL DEFAULT 0       -- sum of its charges
);

-- What running executions of keys with a budget may come to cost. A row that outlives its gateway is removed at the
-- next start: its execution was never answered.
CREATE TABLE reservations (
    execution_id  TEXT NOT NULL PRIMARY KEY,
    key_id        BIGINT NOT NULL REFERENCES api_keys (id),
    micro_usd     BIGINT NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE INDEX reservations_by_key ON reservations (key_id);

-- The ledger: one row for each execution, written before its answer, never changed.
CREATE TABLE charges (
    execution_id       TEXT NOT NULL PRIMARY KEY,
    key_id             BIGINT NOT NULL REFERENCES api_keys (id),
    account_id         BIGINT NOT NULL REFERENCES accounts (id),
    language           TEXT NOT NULL,
    outcome            TEXT NOT NULL,
    exit_code          BIGINT NOT NULL,
    wall_ms            BIGINT NOT NULL,
    cpu_ms             BIGINT NOT NULL,
    peak_memory_bytes  BIGINT NOT NULL,
    micro_usd          BIGINT NOT NULL,
    charged_at         BIGINT NOT NULL
);

CREATE INDEX charges_by_account ON charges (account_id, charged_at);

-- An account's idempotency keys. answer is null while the first request runs.
CREATE TABLE idempotency (
    account_id    BIGINT NOT NULL REFERENCES accounts (id),
    key_hash      $bytes$ NOT NULL,
    body_hash     $bytes$ NOT NULL,
    execution_id  TEXT NOT NULL,
    answer        $bytes$,
    answer_bytes  BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, key_hash)
);

CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);
CREATE INDEX idempotency_by_age ON idempotency (account_id, created_at);

-- Written to after a failed write, to learn whether writing works again.
CREATE TABLE probe (
    at  BIGINT NOT NULL
);

INSERT INTO probe (at) VALUES (0);
