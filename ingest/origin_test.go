package ingest_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"skywatch/ingest"
	"skywatch/metric"
)

// TestBatchID: whatever tells two requests apart makes another id, also where parts
// run into each other; a request without a word of its client's has none.
func TestBatchID(t *testing.T) {
	t.Parallel()
	body := sha256.Sum256([]byte("body"))
	base := ingest.Origin{Tenant: tenant, Door: "PutMetricData", AccessKeyID: "AKIA", Invocation: "0d1c", Payload: body}
	seen := map[metric.BatchID]string{base.BatchID(): "base"}
	for name, change := range map[string]func(*ingest.Origin){
		"account":    func(o *ingest.Origin) { o.Account = "111111111111" },
		"region":     func(o *ingest.Origin) { o.Region = "eu-west-1" },
		"door":       func(o *ingest.Origin) { o.Door = "import" },
		"key":        func(o *ingest.Origin) { o.AccessKeyID = "AKIB" },
		"invocation": func(o *ingest.Origin) { o.Invocation = "0d1d" },
		"payload":    func(o *ingest.Origin) { o.Payload = sha256.Sum256([]byte("another")) },
		"parts":      func(o *ingest.Origin) { o.AccessKeyID, o.Invocation = "AKIA0", "d1c" },
	} {
		o := base
		change(&o)
		id := o.BatchID()
		if twin, ok := seen[id]; ok || id == (metric.BatchID{}) || id != o.BatchID() {
			t.Errorf("%s: %x, as %q", name, id, twin)
		}
		seen[id] = name
	}
	for name, change := range map[string]func(*ingest.Origin){
		"no word":       func(o *ingest.Origin) { o.Invocation = "" },
		"too long":      func(o *ingest.Origin) { o.Invocation = strings.Repeat("x", 129) },
		"unknown bytes": func(o *ingest.Origin) { o.Payload = [sha256.Size]byte{} },
	} {
		o := base
		change(&o)
		if id := o.BatchID(); id != (metric.BatchID{}) {
			t.Errorf("%s: %x", name, id)
		}
	}
}

// TestPutNamesItsBatch: the store is told which batch it is; one without an id too.
func TestPutNamesItsBatch(t *testing.T) {
	t.Parallel()
	m := &memory{}
	g := ingest.New(m, ingest.Options{})
	for _, id := range []metric.BatchID{{1, 2}, {}} {
		r := request(datum("M", value(1)))
		r.Batch = id
		if _, err := g.Put(t.Context(), now, r); err != nil || m.batches[len(m.batches)-1] != id {
			t.Errorf("%v, batches %x", err, m.batches)
		}
	}
}
