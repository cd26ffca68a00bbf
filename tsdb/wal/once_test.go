package wal

import (
	"bytes"
	"testing"

	"skywatch/metric"
)

func TestOnceGoesBeforeARecord(t *testing.T) {
	t.Parallel()
	id := metric.BatchID{1, 2, 3, 15: 16}
	for _, at := range []metric.Instant{0, -1, 1764057600000} {
		inner := AppendDelete(nil, []byte("key"))
		b := append(AppendOnce(nil, id, at), inner...)
		gotID, gotAt, rest, err := DecodeOnce(b)
		if err != nil || gotID != id || gotAt != at || !bytes.Equal(rest, inner) {
			t.Errorf("%v: %x %v %x", err, gotID, gotAt, rest)
		}
		if kind, err := TypeOf(b); kind != Once || err != nil {
			t.Error(kind, err)
		}
		for n := range len(b) - len(inner) + 1 {
			if _, _, _, err := DecodeOnce(b[:n]); err == nil {
				t.Errorf("%d bytes are a record", n)
			}
		}
	}
	if _, _, _, err := DecodeOnce(append(AppendOnce(nil, id, 0), AppendOnce(nil, id, 0)...)); err == nil {
		t.Error("a record may be marked twice")
	}
}

func FuzzDecodeOnce(f *testing.F) {
	f.Add(append(AppendOnce(nil, metric.BatchID{7}, 5), AppendDelete(nil, []byte("k"))...))
	f.Add([]byte{byte(Once)})
	f.Fuzz(func(t *testing.T, b []byte) {
		id, at, rest, err := DecodeOnce(b)
		if err != nil {
			return
		}
		again, when, same, err := DecodeOnce(append(AppendOnce(nil, id, at), rest...))
		if err != nil || again != id || when != at || !bytes.Equal(same, rest) {
			t.Errorf("%v: %x %v %x", err, again, when, same)
		}
	})
}
