// Package catalog keeps definitions and state that are not time series, in one
// Pebble store: alarms and their history, topics, queues, keys, and the outbox
// of deliveries.
//
// Start from DB.Update and Table. An Update is one transaction over any number
// of tables of any rooms: all of it is on disk (fsync) when Update returns nil,
// or nothing is. That is what makes "state, history and delivery in one commit"
// a fact. Updates run one after the other, so a function that reads, decides
// and writes inside Update is a compare-and-set; their syncs are shared.
// Views read one moment's state and never wait. Aging is a table whose records
// are forgotten by age.
//
// The rooms own their records: each declares its Tables, their keys and their
// Go types; catalog knows none of them.
package catalog
