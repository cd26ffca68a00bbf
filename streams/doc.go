// Package streams keeps data streams: records in the order in which they came,
// in shards, as Kinesis Data Streams has them.
//
// Start from Service. A stream is a record of the catalog, each of its shards a
// log of the journal, where a record's place is the time of its arrival and a
// number. Put adds what clients send, Take what rules and schedules deliver.
// Iterator gives a place in a shard, Read the records from there on and the
// place behind them.
//
// Promises: records are on disk before Put or Take return nil, and are read in
// the order in which they were put; nothing is read that could still be lost.
// Sequence numbers of a shard only grow. What was delivered is there once,
// however often it is delivered, until its mark goes with the next hour's
// retention. Puts to one shard that run at once share a sync.
//
// Left to others: the bytes on disk (journal), how deliveries get here
// (targets), what functions make of records (targets/function), the shapes of
// AWS's API (api).
package streams
