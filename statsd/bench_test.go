package statsd_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkReceive is what a datagram of ten lines costs, of a hundred metrics in
// turn.
func BenchmarkReceive(b *testing.B) {
	r := newRig(time.Minute)
	datagrams := make([][]byte, 100)
	for i := range datagrams {
		var lines []string
		for j := range 5 {
			lines = append(lines, fmt.Sprintf("web.hits:1|c|@0.5|#page:p%d,env:prod", i), fmt.Sprintf("web.took:%d.5|ms|#page:p%d,env:prod", 10*j+i, i))
		}
		datagrams[i] = []byte(strings.Join(lines, "\n"))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Receive(datagrams[i%len(datagrams)])
	}
}
