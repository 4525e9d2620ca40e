-- Charges are found by account, also by retention. Each index is one more page that the commit of a charge writes.

DROP INDEX charges_by_time;
