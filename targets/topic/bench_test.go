package topic_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"skywatch/catalog"
	"skywatch/targets"
	"skywatch/targets/queue"
	"skywatch/targets/topic"
)

// BenchmarkPublish publishes 1 KiB to queues, half of them behind a filter that
// takes it, from many callers, on the disk; an operation is one publish.
func BenchmarkPublish(b *testing.B) {
	for _, subscribers := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(subscribers), func(b *testing.B) {
			s, n := benchTopic(b, subscribers)
			m := topic.Message{Body: strings.Repeat("x", 1024), Attributes: map[string]targets.Attribute{"kind": {Type: "String", String: "a"}}}
			b.SetParallelism(32)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := s.Publish(b.Context(), n, m); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "publishes/s")
		})
	}
}

func benchTopic(b *testing.B, subscribers int) (*topic.Service, topic.Name) {
	b.Helper()
	db, err := catalog.Open(catalog.Options{Dir: filepath.Join(b.TempDir(), "catalog")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	outbox := targets.NewOutbox(nil)
	queues := queue.New(queue.Options{Catalog: db})
	s := topic.New(topic.Options{Catalog: db, Outbox: outbox, Signer: signer})
	targets.New(targets.Options{Catalog: db, Outbox: outbox, Targets: map[targets.Kind]targets.Target{targets.Queue: targets.Direct(queues.Deliver)}})
	n := name("t")
	if err := s.Create(b.Context(), n, nil, nil); err != nil {
		b.Fatal(err)
	}
	for i := range subscribers {
		q := queue.Name{Tenant: tenant, Queue: fmt.Sprint("q", i)}
		if err := queues.Create(b.Context(), q, nil, nil); err != nil {
			b.Fatal(err)
		}
		attributes := map[string]string{"RawMessageDelivery": fmt.Sprint(i%4 < 2)}
		if i%2 == 1 {
			attributes["FilterPolicy"] = `{"kind":["a"]}`
		}
		if _, err := s.Subscribe(b.Context(), n, "sqs", q.ARN(), attributes, base); err != nil {
			b.Fatal(err)
		}
	}
	return s, n
}
