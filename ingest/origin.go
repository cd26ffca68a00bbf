package ingest

import (
	"crypto/sha256"
	"encoding/binary"

	"skywatch/metric"
)

// Origin says where a batch is from, as far as that tells an attempt to send it
// again from a new batch.
type Origin struct {
	metric.Tenant
	// Door is what took it: one client may send the same body to two.
	Door string
	// AccessKeyID is the caller's; empty for an unsigned request.
	AccessKeyID string
	// Invocation is the client's word for the batch, the same in each attempt
	// (amz-sdk-invocation-id).
	Invocation string
	// Payload is the SHA-256 of the body. Another body is another batch.
	Payload [sha256.Size]byte
}

// maxInvocation bounds the client's word. SDKs send a UUID.
const maxInvocation = 128

// BatchID returns the batch's id: zero, so that the batch is always new, where the
// client gave no word for it or one that is none.
func (o *Origin) BatchID() metric.BatchID {
	if o.Invocation == "" || len(o.Invocation) > maxInvocation || o.Payload == ([sha256.Size]byte{}) {
		return metric.BatchID{}
	}
	b := make([]byte, 0, 384) // on the stack
	for _, s := range [...]string{o.Account, o.Region, o.Door, o.AccessKeyID, o.Invocation} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(append(b, o.Payload[:]...))
	return metric.BatchID(sum[:])
}
