package journal_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"skywatch/journal"
)

// event is a record of the form of an archived event, of about 400 bytes.
func event(rng *rand.Rand, i int) journal.Record {
	id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<12), rng.Uint64N(1<<48))
	at := start.Add(time.Duration(i) * 7 * time.Millisecond).Truncate(time.Second)
	return journal.Record{
		Position: journal.Position{Time: at, ID: id},
		Value: fmt.Appendf(nil, `{"version":"0","id":"%s","detail-type":"Order Placed","source":"com.example.shop","account":"123456789012","time":"%s",`+
			`"region":"us-east-1","resources":["arn:aws:shop:us-east-1:123456789012:store/%d"],"detail":{"orderId":"o-%d","customer":{"id":"c-%d","tier":"%s"},`+
			`"total":%d.%02d,"currency":"EUR","items":[{"sku":"sku-%d","quantity":%d},{"sku":"sku-%d","quantity":%d}]}}`,
			id, at.Format(time.RFC3339), rng.IntN(40), i, rng.IntN(50_000), []string{"basic", "gold", "none"}[rng.IntN(3)], rng.IntN(900), rng.IntN(100),
			rng.IntN(5000), rng.IntN(9), rng.IntN(5000), rng.IntN(9)),
	}
}

// BenchmarkAppend appends events in batches of 500, without a disk, and tells
// what one takes once everything is compacted.
func BenchmarkAppend(b *testing.B) {
	db, err := journal.Open(journal.Options{Dir: "journal", FS: vfs.NewMem()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Create(b.Context(), "a"); err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	bytes, n := 0, 0
	for b.Loop() {
		batch := make([]journal.Record, 500)
		for i := range batch {
			batch[i] = event(rng, n)
			bytes += len(batch[i].Value)
			n++
		}
		if _, err := db.Append(b.Context(), "a", batch...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/event")
	b.ReportMetric(float64(bytes)/float64(n), "bytes/event")
	disk, err := db.Compacted(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(disk)/float64(n), "disk-bytes/event")
}
