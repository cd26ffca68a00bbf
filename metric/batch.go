package metric

// BatchID tells a batch of samples that is sent again from a new one: it is the
// same in each attempt, and two batches have the same one never (it is a hash of
// who sent what, see package ingest). The zero value says that nothing is known:
// such a batch is always new.
type BatchID [16]byte
