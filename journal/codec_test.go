package journal

import (
	"bytes"
	"testing"
	"time"
)

func FuzzRecord(f *testing.F) {
	p := Position{time.UnixMilli(1779274800000).UTC(), "id"}
	f.Add(recordKey(1, p), appendValue(nil, []byte("value")))
	f.Add([]byte{recordKind}, []byte{})
	f.Add(recordKey(1, Position{}), []byte{2, 0})
	f.Fuzz(func(t *testing.T, key, value []byte) {
		r, err := readRecord(key, value)
		if err != nil {
			return
		}
		log, _, err := readRecordKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if again := recordKey(log, r.Position); !bytes.Equal(again, key) {
			t.Errorf("key %x became %x", key, again)
		}
		if again := appendValue(nil, r.Value); !bytes.Equal(again, value) {
			t.Errorf("value %x became %x", value, again)
		}
	})
}

func FuzzSize(f *testing.F) {
	f.Add(appendSize(nil, Size{3, 1 << 40}))
	f.Add([]byte{version, 0x80})
	f.Fuzz(func(t *testing.T, value []byte) {
		s, err := readSize(value)
		if err != nil {
			return
		}
		again, err := readSize(appendSize(nil, s))
		if err != nil || again != s {
			t.Errorf("%+v became %+v (%v)", s, again, err)
		}
	})
}

func TestKeysSortAsTimes(t *testing.T) {
	t.Parallel()
	var last []byte
	for _, p := range []Position{
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "a"},
		{time.UnixMilli(-1), "a"},
		{time.UnixMilli(0), "a"},
		{time.UnixMilli(0), "a\x00"},
		{time.UnixMilli(0), "b"},
		{time.UnixMilli(1), "a"},
		{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), "a"},
	} {
		key := recordKey(7, p)
		if bytes.Compare(last, key) >= 0 {
			t.Errorf("%v does not follow", p)
		}
		last = key
	}
	for millis, want := range map[int64]int64{-1: -1, 0: 0, bucketMillis - 1: 0, bucketMillis: 1, -bucketMillis: -1, -bucketMillis - 1: -2} {
		if got := bucketOf(time.UnixMilli(millis)); got != want {
			t.Errorf("bucket of %d: %d, want %d", millis, got, want)
		}
	}
}
