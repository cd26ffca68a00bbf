package api

import (
	"net/http"

	"skywatch/ingest"
	"skywatch/metric"
)

// invocationHeader carries an SDK's word for a call, the same in each attempt to
// make it: AWS's SDKs send a UUID in it. Attempts differ in amz-sdk-request alone,
// and in the time of their signature.
const invocationHeader = "Amz-Sdk-Invocation-Id"

// Batch tells an attempt of a client to send a batch again from a new one; door is
// what takes it. Where keys are not asked for, the account is the default one and
// the key what the request says.
func (c *Caller) Batch(h http.Header, door string) metric.BatchID {
	o := ingest.Origin{Tenant: c.Tenant, Door: door, AccessKeyID: c.AccessKeyID, Invocation: h.Get(invocationHeader), Payload: c.Payload}
	return o.BatchID()
}

// batch is Batch for an operation.
func (c *Call) batch(door string) metric.BatchID {
	from := Caller{Tenant: c.Tenant, AccessKeyID: c.AccessKeyID, Payload: c.payload}
	return from.Batch(c.Header, door)
}
